using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Sessions;

/// <summary>Reads sessions and their participants.</summary>
public sealed class SessionQueries(AccessGuard guard, ISessionStore sessions, IParticipantStore participants)
{
    /// <summary>One session with the caller's effective role.</summary>
    public async Task<Result<SessionView>> GetAsync(Actor actor, SessionId id, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.SessionRead, ct);
        if (!access.TryGet(out var granted, out var refused)) return refused;
        return await sessions.FindAsync(id, ct) is { } session
            ? new SessionView(session, granted.Effective)
            : AccessErrors.SessionNotFound;
    }

    /// <summary>The session whoever asks; for deliveries whose receivers were checked before. Null when it is gone.</summary>
    public Task<Session?> FindAsync(SessionId id, CancellationToken ct) => sessions.FindAsync(id, ct);

    /// <summary>The live participant whoever asks; for deliveries whose receivers were checked before. Null when he is gone.</summary>
    public Task<Participant?> FindParticipantAsync(SessionId id, UserId user, CancellationToken ct) => participants.FindAsync(id, user, ct);

    /// <summary>Sessions that the caller takes part in or could join as a member, newest first.</summary>
    public Task<IReadOnlyList<SessionView>> ListAsync(UserId user, SessionStatus? status, Slice slice, CancellationToken ct) =>
        sessions.ListAsync(user, status, slice, ct);

    /// <summary>Live participants of a session, longest first.</summary>
    public async Task<Result<IReadOnlyList<Participant>>> ParticipantsAsync(Actor actor, SessionId id, Slice slice, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, id, Permission.SessionRead, ct);
        return access.TryGet(out _, out var refused) ? Result<IReadOnlyList<Participant>>.Of(await participants.ListAsync(id, slice, ct)) : refused;
    }
}
