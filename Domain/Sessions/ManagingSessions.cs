using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Sessions;

/// <summary>Fields of a session to change; null leaves a field as it is, an empty text clears it.</summary>
public sealed record SessionEdit(string? Name = null, string? Description = null, string? Language = null, string? Framework = null, bool? IsDynamic = null);

/// <summary>Changes, ends and reopens sessions. What changes nothing writes nothing.</summary>
public sealed class ManagingSessions(
    AccessGuard guard, ISessionStore sessions, IWorkspaceStore workspaces, TeamLimits limits, Changes changes)
{
    /// <summary>Changes what the session is called and how it is run. Not once it has ended.</summary>
    public Task<Result<SessionView>> EditAsync(Call call, SessionId id, SessionEdit edit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return ChangeAsync(
            call, id, "session.update",
            (before, _) => Task.FromResult<Result<Session>>(before.Status == SessionStatus.Ended ? SessionErrors.Ended : before with
            {
                Name = edit.Name ?? before.Name,
                Description = Text(edit.Description, before.Description),
                Language = Text(edit.Language, before.Language),
                Framework = Text(edit.Framework, before.Framework),
                IsDynamic = edit.IsDynamic ?? before.IsDynamic,
            }),
            ct);
    }

    /// <summary>Ends it for everyone; harmless when it has ended.</summary>
    public Task<Result<SessionView>> EndAsync(Call call, SessionId id, CancellationToken ct) =>
        ChangeAsync(call, id, "session.end", (before, _) => Task.FromResult<Result<Session>>(before with { Status = SessionStatus.Ended }), ct);

    /// <summary>Opens it again; harmless when it is open. Counts against the owner's open sessions.</summary>
    public Task<Result<SessionView>> ReopenAsync(Call call, SessionId id, CancellationToken ct) =>
        ChangeAsync(
            call, id, "session.reopen",
            async (before, token) =>
            {
                if (before.Status != SessionStatus.Ended) return before;
                if (await workspaces.FindAsync(before.Workspace, token) is not { Status: WorkspaceStatus.Active }) return AccessErrors.WorkspaceArchived;
                if (await sessions.CountOpenAsync(before.Owner, token) >= limits.OpenSessionsPerUser) return SessionErrors.Quota;
                // From here on it is quiet anew: the clock must not end it again at once.
                await sessions.TouchAsync(before.Id, changes.Now, token);
                return before with { Status = SessionStatus.Active, LastActive = changes.Now };
            },
            ct);

    private Task<Result<SessionView>> ChangeAsync(
        Call call, SessionId id, string action, Func<Session, CancellationToken, Task<Result<Session>>> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<SessionView>(
            async token =>
            {
                var access = await guard.RequireAsync(call.Actor, id, Permission.SessionManage, token);
                if (!access.TryGet(out var granted, out var refused)) return refused;
                if (await sessions.FindAsync(id, token) is not { } before) return AccessErrors.SessionNotFound;
                var changed = await change(before, token);
                if (!changed.TryGet(out var after, out refused)) return refused;
                if (after == before) return new SessionView(before, granted.Effective);
                after = after with { UpdatedAt = changes.Now };
                await sessions.UpdateAsync(after, token);
                await changes.AuditAsync(call, after.Workspace, action, "session", id.ToString(), Between(before, after), token);
                Announce(before, after);
                return new SessionView(after, granted.Effective);
            },
            ct);
    }

    private void Announce(Session before, Session after)
    {
        if (before.Status != after.Status) changes.Publish(new AccessChanged(null, after.Workspace, after.Id));
        changes.Publish(after.Status == SessionStatus.Ended ? new SessionEnded(after.Id) : new SessionChanged(after.Id));
    }

    private static string? Text(string? edit, string? before) => edit is null ? before : edit.Length == 0 ? null : edit;

    private static FieldChanges Between(Session before, Session after) => new FieldChanges()
        .Add("name", before.Name, after.Name)
        .Add("description", before.Description, after.Description)
        .Add("language", before.Language, after.Language)
        .Add("framework", before.Framework, after.Framework)
        .Add("isDynamic", before.IsDynamic, after.IsDynamic)
        .Add("status", before.Status.ToName(), after.Status.ToName());
}
