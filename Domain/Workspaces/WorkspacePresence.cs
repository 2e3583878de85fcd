using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Presence;

namespace CollabHub.Domain.Workspaces;

/// <summary>Who is in a workspace right now: everyone in its open sessions, each person once.</summary>
public sealed class WorkspacePresence(AccessGuard guard, IPresence presence)
{
    /// <summary>
    /// People by name. Someone in several sessions has the strongest of his roles, the file of the session that he was last active in, and all
    /// connections.
    /// </summary>
    public async Task<Result<IReadOnlyList<PresentParticipant>>> ListAsync(Actor actor, WorkspaceId workspace, CancellationToken ct)
    {
        var access = await guard.RequireAsync(actor, workspace, Permission.MembersRead, ct);
        if (!access.TryGet(out _, out var refused)) return refused;
        var everyone = (await presence.ReadAsync(new PresenceScope(workspace, null), ct)).SelectMany(session => session.Participants);
        return Result<IReadOnlyList<PresentParticipant>>.Of(
            [.. everyone.GroupBy(person => person.User).Select(Merge).OrderBy(person => person.DisplayName, StringComparer.Ordinal).ThenBy(person => person.User.Value)]);
    }

    private static PresentParticipant Merge(IEnumerable<PresentParticipant> places)
    {
        var all = places.OrderByDescending(place => place.LastActive).ToList();
        return all[0] with
        {
            Role = all.Max(place => place.Role),
            Status = all.Any(place => place.Status == PresenceStatus.Online) ? PresenceStatus.Online : PresenceStatus.Away,
            File = all.Select(place => place.File).FirstOrDefault(file => file is not null),
            JoinedAt = all.Min(place => place.JoinedAt),
            Connections = all.Sum(place => place.Connections),
        };
    }
}
