using System.Runtime.CompilerServices;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Audit;

/// <summary>How often audit logs may be read whole.</summary>
/// <param name="RunsPerMinute">Exports and verifications of one account in a minute.</param>
public sealed record AuditLimits(int RunsPerMinute = 10);

/// <summary>
/// Reads the audit log of a workspace; admins and owners only. Reading is audited, too: <c>audit.export</c> for every export,
/// <c>audit.read</c> and <c>audit.verify</c> once an hour for each person, so that looking at the log does not fill it.
/// </summary>
public sealed class ReadingAudit(AccessGuard guard, IAuditTrail trail, AuditVerification verification, IRateLimiter limiter, AuditLimits limits, Changes changes)
{
    private const int Stretch = 500;
    private static readonly TimeSpan NoteEvery = TimeSpan.FromHours(1);

    /// <summary>Rows with the newest first, behind a place of the list.</summary>
    public async Task<Result<IReadOnlyList<AuditRow>>> ListAsync(
        Call call, WorkspaceId workspace, AuditFilter filter, AuditPlace? after, int take, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var noted = await NoteAsync(call, workspace, "audit.read", ct);
        return noted.TryGet(out _, out var refused)
            ? Result<IReadOnlyList<AuditRow>>.Of(await trail.ListAsync(workspace, filter, after, take, ct))
            : refused;
    }

    /// <summary>All rows with the newest first. They are read while they are taken, so however many there are, few are in memory.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="workspace">Whose log.</param>
    /// <param name="filter">Which rows.</param>
    /// <param name="format">Such as <c>text/csv</c>; for the row that tells of the export.</param>
    /// <param name="ct">Gives up, the rows included.</param>
    public async Task<Result<IAsyncEnumerable<AuditRow>>> ExportAsync(
        Call call, WorkspaceId workspace, AuditFilter filter, string format, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(filter);
        var noted = await changes.RunAsync<Done>(
            async token =>
            {
                if (await RefusalAsync(call, workspace, token) is { } refused) return refused;
                if (await TakeAsync(call, token) is { } tooMany) return tooMany;
                var fields = new FieldChanges().Set("format", format).Set("action", filter.Action).Set("userId", filter.User?.ToString())
                    .Set("from", filter.From).Set("to", filter.To);
                await changes.AuditAsync(call, workspace, "audit.export", "workspace", workspace.ToString(), fields, token);
                return new Done();
            },
            ct);
        return noted.TryGet(out _, out var error) ? Result<IAsyncEnumerable<AuditRow>>.Of(RowsAsync(workspace, filter, ct)) : error;
    }

    /// <summary>Recomputes the hash chain.</summary>
    public async Task<Result<AuditVerdict>> VerifyAsync(Call call, WorkspaceId workspace, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var noted = await NoteAsync(call, workspace, "audit.verify", ct);
        if (!noted.TryGet(out _, out var refused)) return refused;
        return await TakeAsync(call, ct) is { } tooMany ? tooMany : await verification.RunAsync(workspace, ct);
    }

    private async IAsyncEnumerable<AuditRow> RowsAsync(WorkspaceId workspace, AuditFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        AuditPlace? after = null;
        IReadOnlyList<AuditRow> stretch;
        do
        {
            stretch = await trail.ListAsync(workspace, filter, after, Stretch, ct);
            foreach (var row in stretch) yield return row;
            if (stretch.Count > 0) after = stretch[^1].Place;
        }
        while (stretch.Count == Stretch);
    }

    private async Task<CollabError?> RefusalAsync(Call call, WorkspaceId workspace, CancellationToken ct) =>
        (await guard.RequireAsync(call.Actor, workspace, Permission.AuditRead, ct)).Error;

    private async Task<CollabError?> TakeAsync(Call call, CancellationToken ct)
    {
        var wait = await limiter.TakeAsync([new RateRule($"audit:user:{call.User}", limits.RunsPerMinute, TimeSpan.FromMinutes(1))], ct);
        return wait is null ? null : GeneralErrors.RateLimited with { RetryAfter = wait };
    }

    private async Task<Result<Done>> NoteAsync(Call call, WorkspaceId workspace, string action, CancellationToken ct)
    {
        if (await RefusalAsync(call, workspace, ct) is { } refused) return refused;
        if (await IsFreshAsync(call, workspace, action, ct)) return new Done();
        return await changes.RunAsync<Done>(
            async token =>
            {
                if (await RefusalAsync(call, workspace, token) is { } now) return now;
                if (!await IsFreshAsync(call, workspace, action, token)) await changes.AuditAsync(call, workspace, action, "workspace", workspace.ToString(), new FieldChanges(), token);
                return new Done();
            },
            ct);
    }

    private async Task<bool> IsFreshAsync(Call call, WorkspaceId workspace, string action, CancellationToken ct) =>
        await trail.LastAsync(workspace, action, call.User, ct) is { } last && changes.Now - last < NoteEvery;
}
