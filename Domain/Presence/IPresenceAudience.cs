namespace CollabHub.Domain.Presence;

/// <summary>Tells the connections of a session who is here; the host delivers over its hubs. Must not throw.</summary>
public interface IPresenceAudience
{
    /// <summary>Someone came.</summary>
    ValueTask JoinedAsync(SessionId session, PresentParticipant participant);

    /// <summary>Someone's last connection has gone.</summary>
    ValueTask LeftAsync(SessionId session, PresentParticipant participant);

    /// <summary>Status, file in view, role or number of connections changed; newest state per person.</summary>
    ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants);
}
