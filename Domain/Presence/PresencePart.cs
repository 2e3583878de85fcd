namespace CollabHub.Domain.Presence;

/// <summary>What one node contributes to one person's presence in one session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Workspace">The workspace of the session.</param>
/// <param name="Person">The person as this node knows him; <see cref="PresentParticipant.Connections"/> are those on this node, 0 = gone from it.</param>
/// <param name="HasWaited">Gone for so long that the grace for reloads is over.</param>
public sealed record PresencePart(SessionId Session, WorkspaceId Workspace, PresentParticipant Person, bool HasWaited = false);

/// <summary>Who is in one session, cluster-wide.</summary>
public sealed record SessionPresence(SessionId Session, WorkspaceId Workspace, IReadOnlyList<PresentParticipant> Participants);

/// <summary>What a watcher of presence is told.</summary>
public enum PresenceEventKind
{
    /// <summary>Everyone who is here; first, and again after a watcher fell behind.</summary>
    Snapshot,
    /// <summary>People came.</summary>
    Joined,
    /// <summary>People left.</summary>
    Left,
    /// <summary>People changed.</summary>
    Changed,
}

/// <summary>One step of a watched presence.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Seq">1, 2, 3 … in this stream, without a gap.</param>
/// <param name="Sessions">The sessions concerned, one unless it is a snapshot, each with the people concerned.</param>
public sealed record PresenceEvent(PresenceEventKind Kind, long Seq, IReadOnlyList<SessionPresence> Sessions);

/// <summary>What part of the presence is asked for; null = all.</summary>
public sealed record PresenceScope(WorkspaceId? Workspace, SessionId? Session)
{
    /// <summary>Everybody.</summary>
    public static readonly PresenceScope All = new(null, null);

    internal bool Covers(SessionId session, WorkspaceId workspace) => (Workspace is null || Workspace == workspace) && (Session is null || Session == session);
}

/// <summary>Who is here, cluster-wide, as this node knows it.</summary>
public interface IPresence
{
    /// <summary>The sessions with people in them; empty ones are left out.</summary>
    Task<IReadOnlyList<SessionPresence>> ReadAsync(PresenceScope scope, CancellationToken ct);

    /// <summary>
    /// One snapshot, then every change after it, numbered without a gap; a reader that falls more than
    /// <see cref="PresenceOptions.WatchQueue"/> events behind gets a new snapshot in their place. Ends when cancelled.
    /// </summary>
    IAsyncEnumerable<PresenceEvent> WatchAsync(PresenceScope scope, CancellationToken ct);
}
