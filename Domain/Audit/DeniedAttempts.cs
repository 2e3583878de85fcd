using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;
using CollabHub.Domain.Limits;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Audit;

/// <summary>An action that was refused because of who asked, on something that he may see.</summary>
/// <param name="What">The operation, such as <c>DELETE /api/workspaces/{wsId}</c> or <c>WatchDeployment</c>.</param>
/// <param name="Code">Why, such as <c>access.role_too_weak</c>.</param>
/// <param name="ResourceType">Such as <c>session</c>; empty when the operation names none.</param>
/// <param name="ResourceId">The id as text; empty when the operation names none.</param>
public sealed record DeniedAttempt(string What, string Code, string ResourceType, string ResourceId)
{
    /// <summary>The workspace that the operation names.</summary>
    public WorkspaceId? Workspace { get; init; }

    /// <summary>The session that the operation names, when it names no workspace.</summary>
    public SessionId? Session { get; init; }

    /// <summary>The file that the operation names, when it names no workspace.</summary>
    public FileId? File { get; init; }
}

/// <summary>How many rows refusals may write.</summary>
/// <param name="RowsPerMinute">For one account, or for one address without an account, in a minute; further ones leave none.</param>
public sealed record DeniedLimits(int RowsPerMinute = 10);

/// <summary>Writes refused actions into the audit log, each in a transaction of its own since the refused one was rolled back: <c>access.denied</c>.</summary>
public sealed class DeniedAttempts(ISessionStore sessions, IFileStore files, IRateLimiter limiter, DeniedLimits limits, Changes changes)
{
    /// <summary>Writes one row into the chain of the workspace concerned, or of the accounts; nothing once the caller has had his share.</summary>
    public async Task RecordAsync(Call call, DeniedAttempt attempt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(attempt);
        var who = call.Actor.User is { } user ? $"user:{user}" : $"address:{call.Origin.IpAddress}";
        if (await limiter.TakeAsync([new RateRule($"denied:{who}", limits.RowsPerMinute, TimeSpan.FromMinutes(1))], ct) is not null) return;
        await changes.RunAsync<Done>(
            async token =>
            {
                var fields = new FieldChanges().Set("attempt", attempt.What).Set("code", attempt.Code);
                await changes.AuditAsync(call, await WorkspaceOfAsync(attempt, token), "access.denied", attempt.ResourceType, attempt.ResourceId, fields, token);
                return new Done();
            },
            ct);
    }

    private async Task<WorkspaceId?> WorkspaceOfAsync(DeniedAttempt attempt, CancellationToken ct) => attempt switch
    {
        { Workspace: { } workspace } => workspace,
        { Session: { } session } => (await sessions.FindAsync(session, ct))?.Workspace,
        { File: { } file } => (await files.FindAsync(file, ct))?.Workspace,
        _ => null,
    };
}
