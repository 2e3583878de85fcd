using CollabHub.Domain;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>The tables <c>deployments</c>, <c>past_deployments</c>, <c>deployment_files</c>, <c>_texts</c>, <c>_output</c> and <c>_installation</c>.</summary>
public sealed class DeploymentStore(DbSession db) : IDeploymentStore
{
    /// <inheritdoc/>
    public async Task AddAsync(Deployment deployment, IReadOnlyList<PinnedText> files, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(files);
        // Against forgetting a text between finding it here and committing.
        await db.HoldAsync("deployment-texts", Guid.Empty, ct);
        await db.ExecuteAsync(DeploymentSql.Add, DeploymentRow.Args(deployment), ct);
        foreach (var (pinned, utf8) in files)
        {
            await db.ExecuteAsync(DeploymentSql.AddText, new { hash = pinned.Hash, content = utf8.ToArray() }, ct);
            await db.ExecuteAsync(
                DeploymentSql.AddFile,
                new { id = deployment.Id.Value, file = pinned.File.Value, path = pinned.Path, seq = pinned.Seq, size = pinned.Size, hash = pinned.Hash },
                ct);
        }
    }

    /// <inheritdoc/>
    public async Task<Deployment?> FindAsync(DeploymentId id, CancellationToken ct) =>
        (await db.FindAsync<DeploymentRow>(DeploymentSql.Find, new { id = id.Value }, ct))?.ToDeployment();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Deployment>> ListAsync(SessionId session, Slice slice, CancellationToken ct) =>
        [.. (await db.QueryAsync<DeploymentRow>(DeploymentSql.List, Stretch(session, slice), ct)).Select(row => row.ToDeployment())];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Deployment>> LiveAsync(SessionId? session, CancellationToken ct)
    {
        var rows = session is { } id
            ? await db.QueryAsync<DeploymentRow>(DeploymentSql.LiveOf, new { session = id.Value }, ct)
            : await db.QueryAsync<DeploymentRow>(DeploymentSql.Live, null, ct);
        return [.. rows.Select(row => row.ToDeployment())];
    }

    /// <inheritdoc/>
    public async Task<int> CountOfAsync(UserId owner, SessionId besides, CancellationToken ct)
    {
        await db.HoldQuotaAsync("deployments", owner, ct);
        return await db.FindAsync<int>(DeploymentSql.CountOf, new { owner = owner.Value, besides = besides.Value }, ct);
    }

    /// <inheritdoc/>
    public async Task<int> CountAllAsync(SessionId besides, CancellationToken ct)
    {
        await db.HoldAsync("deployments", Guid.Empty, ct);
        return await db.FindAsync<int>(DeploymentSql.CountAll, new { besides = besides.Value }, ct);
    }

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(Deployment before, Deployment after, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(before);
        return await db.ExecuteAsync(DeploymentSql.Move, DeploymentRow.Args(after, before), ct) == 1;
    }

    /// <inheritdoc/>
    public Task TouchAsync(DeploymentId id, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync(DeploymentSql.Touch, new { id = id.Value, now }, ct);

    /// <inheritdoc/>
    public async Task<bool> AddPastAsync(PastDeployment past, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(past);
        var d = past.Deployment;
        var args = new
        {
            pastId = past.Id, id = d.Id.Value, session = d.Session.Value, url = d.Url, containerId = d.ContainerId, port = d.Port, owner = d.Owner.Value,
            createdAt = d.CreatedAt, startedAt = d.StartedAt, stoppedAt = d.StoppedAt, minutes = past.TotalRuntimeMinutes, reason = d.Reason,
        };
        return await db.ExecuteAsync(DeploymentSql.AddPast, args, ct) == 1;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PastDeployment>> PastAsync(SessionId session, Slice slice, CancellationToken ct) =>
        [.. (await db.QueryAsync<DeploymentRow>(DeploymentSql.Past, Stretch(session, slice), ct)).Select(row => row.ToPast())];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PinnedFile>> FilesAsync(DeploymentId id, CancellationToken ct) =>
        [.. (await db.QueryAsync<FileRow>(DeploymentSql.Files, new { id = id.Value }, ct)).Select(row => row.ToPinned())];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PinnedText>> TextsAsync(DeploymentId id, CancellationToken ct) =>
        [.. (await db.QueryAsync<FileRow>(DeploymentSql.Texts, new { id = id.Value }, ct)).Select(row => new PinnedText(row.ToPinned(), row.Content))];

    /// <inheritdoc/>
    public Task ForgetTextsAsync(CancellationToken ct) => db.RunAsync(
        async inner =>
        {
            await db.HoldAsync("deployment-texts", Guid.Empty, inner);
            return await db.ExecuteAsync(DeploymentSql.ForgetTexts, null, inner);
        },
        _ => true,
        ct);

    /// <inheritdoc/>
    public Task KeepOutputAsync(DeploymentId id, string? build, string? app, CancellationToken ct) =>
        db.ExecuteAsync(DeploymentSql.KeepOutput, new { id = id.Value, build = Storable(build), app = Storable(app) }, ct);

    /// <inheritdoc/>
    public async Task<KeptOutput> OutputAsync(DeploymentId id, CancellationToken ct) =>
        await db.FindAsync<OutputRow>(DeploymentSql.Output, new { id = id.Value }, ct) is { } row ? new KeptOutput(row.Build, row.App) : new KeptOutput("", "");

    /// <inheritdoc/>
    public async Task<string> InstallationAsync(string proposed, CancellationToken ct)
    {
        await db.ExecuteAsync(DeploymentSql.ProposeInstallation, new { proposed }, ct);
        return await db.FindAsync<string>(DeploymentSql.Installation, null, ct) ?? throw new InvalidDataException("The installation has no name.");
    }

    // Postgres keeps every character but this one.
    private static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private static object Stretch(SessionId session, Slice slice)
    {
        var start = slice.Descending();
        return new { session = session.Value, at = start.At, after = start.Id, take = slice.Take };
    }

    private sealed class FileRow
    {
        public Guid FileId { get; init; }
        public string Path { get; init; } = "";
        public long Seq { get; init; }
        public long Size { get; init; }
        public string Hash { get; init; } = "";
        public byte[] Content { get; init; } = [];

        public PinnedFile ToPinned() => new(new FileId(FileId), Path, Seq, Size, Hash);
    }

    private sealed class OutputRow
    {
        public string Build { get; init; } = "";
        public string App { get; init; } = "";
    }
}
