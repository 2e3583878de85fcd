namespace CollabHub.Domain.Presence;

/// <summary>Answers who is in a session right now, on whichever node.</summary>
public interface IPresenceDirectory
{
    /// <summary>Everyone who is there, by name; nobody when the session is not known.</summary>
    Task<IReadOnlyList<PresentParticipant>> EveryoneAsync(SessionId session, CancellationToken ct);
}
