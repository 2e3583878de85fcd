using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Deployments;

/// <summary>How a file of a deployment differs from now.</summary>
public enum FileDifference
{
    /// <summary>It runs, and has another text now.</summary>
    Changed,
    /// <summary>It runs under another path than it has now; its text may differ too.</summary>
    Moved,
    /// <summary>It is there now and does not run.</summary>
    Added,
    /// <summary>It runs and has been deleted.</summary>
    Removed,
}

/// <summary>One difference.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">Its path now; of a removed one, then.</param>
/// <param name="Difference">What differs.</param>
/// <param name="Deployed">What runs; null for an added one.</param>
/// <param name="NowSeq">The last record of its log now; null for a removed one.</param>
/// <param name="NowSize">UTF-8 bytes now; null for a removed one.</param>
public sealed record FileDrift(FileId File, string Path, FileDifference Difference, PinnedFile? Deployed, long? NowSeq, long? NowSize);

/// <summary>Reads deployments.</summary>
public sealed class DeploymentQueries(AccessGuard sessions, DeploymentGuard guard, IDeploymentStore deployments, SourcePinning pinning)
{
    /// <summary>One deployment, with the caller's role on it.</summary>
    public Task<Result<DeploymentAccess>> GetAsync(Actor actor, DeploymentId id, CancellationToken ct) => guard.RequireSightAsync(actor, id, ct);

    /// <summary>A session's deployments, newest first.</summary>
    public async Task<Result<IReadOnlyList<Deployment>>> ListAsync(Actor actor, SessionId session, Slice slice, CancellationToken ct)
    {
        var access = await sessions.RequireAsync(actor, session, Permission.SessionRead, ct);
        return access.Error is { } refused ? refused : Result<IReadOnlyList<Deployment>>.Of(await deployments.ListAsync(session, slice, ct));
    }

    /// <summary>A session's deployments that are over, newest first.</summary>
    public async Task<Result<IReadOnlyList<PastDeployment>>> PastAsync(Actor actor, SessionId session, Slice slice, CancellationToken ct)
    {
        var access = await sessions.RequireAsync(actor, session, Permission.SessionRead, ct);
        return access.Error is { } refused ? refused : Result<IReadOnlyList<PastDeployment>>.Of(await deployments.PastAsync(session, slice, ct));
    }

    /// <summary>The deployment that a session shows: the newest that is not over, else the newest; whoever asks. Null before the first.</summary>
    public async Task<Deployment?> PresentAsync(SessionId session, CancellationToken ct)
    {
        var live = await deployments.LiveAsync(session, ct);
        if (live.LastOrDefault(one => one.IsWanted) is { } wanted) return wanted;
        return live is [.., var ending] ? ending : await deployments.ListAsync(session, new Slice(1), ct) is [var newest] ? newest : null;
    }

    /// <summary>The deployment whoever asks; for deliveries whose receivers were checked before. Null when it is gone.</summary>
    public Task<Deployment?> FindAsync(DeploymentId id, CancellationToken ct) => deployments.FindAsync(id, ct);

    /// <summary>What a caller who may read the logs gets of what was kept.</summary>
    public async Task<Result<(Deployment Deployment, KeptOutput Kept)>> OutputAsync(Actor actor, DeploymentId id, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.DeploymentUse, ct);
        return access.TryGet(out var granted, out var refused) ? (granted.Deployment, await deployments.OutputAsync(id, ct)) : refused;
    }

    /// <summary>The files that differ between what the deployment runs and now, by path.</summary>
    public async Task<Result<IReadOnlyList<FileDrift>>> DiffAsync(Actor actor, DeploymentId id, CancellationToken ct)
    {
        var access = await guard.RequireSightAsync(actor, id, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        if (!granted.MaySeeSession) return AccessErrors.RoleTooWeak(Permission.SessionRead);
        var then = (await deployments.FilesAsync(id, ct)).ToDictionary(file => file.File);
        var drift = new List<FileDrift>();
        foreach (var entry in await pinning.ListAsync(granted.Deployment.Workspace, ct))
        {
            then.Remove(entry.Id, out var deployed);
            var pinned = await pinning.PinAsync(entry, ct);
            if (!pinned.TryGet(out var now, out var error))
            {
                if (error.Kind == ErrorKind.NotFound) continue;
                return error;
            }
            if (Between(deployed, now.Pinned) is { } difference) drift.Add(new FileDrift(entry.Id, entry.Path, difference, deployed, now.Pinned.Seq, now.Pinned.Size));
        }
        drift.AddRange(then.Values.Select(gone => new FileDrift(gone.File, gone.Path, FileDifference.Removed, gone, null, null)));
        return Result<IReadOnlyList<FileDrift>>.Of([.. drift.OrderBy(one => one.Path, StringComparer.Ordinal)]);
    }

    private static FileDifference? Between(PinnedFile? deployed, PinnedFile now)
    {
        if (deployed is null) return FileDifference.Added;
        if (deployed.Path != now.Path) return FileDifference.Moved;
        return deployed.Hash == now.Hash ? null : FileDifference.Changed;
    }
}
