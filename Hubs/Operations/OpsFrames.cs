using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Realtime;
using MessagePack;

namespace CollabHub.Hubs.Operations;

/// <summary>What a watcher of presence wants to see; without either, everything.</summary>
[MessagePackObject]
public sealed record PresenceFilter
{
    /// <summary>Only sessions of this workspace.</summary>
    [Key("workspaceId")]
    public Guid? WorkspaceId { get; init; }

    /// <summary>Only this session.</summary>
    [Key("sessionId")]
    public Guid? SessionId { get; init; }
}

/// <summary>One event of <c>WatchPresence</c>.</summary>
/// <param name="Kind"><c>snapshot</c> (replaces everything known), <c>joined</c>, <c>left</c> or <c>changed</c>.</param>
/// <param name="Seq">1, 2, 3 … in this stream, without a gap.</param>
/// <param name="SessionId">Where; absent in a snapshot of several sessions.</param>
/// <param name="Participants">Whom it concerns; each says in which session.</param>
[MessagePackObject]
public sealed record PresenceEventFrame(
    [property: Key("kind")] string Kind,
    [property: Key("seq")] long Seq,
    [property: Key("sessionId")] Guid? SessionId,
    [property: Key("participants")] IReadOnlyList<WatchedParticipantFrame> Participants)
{
    internal static PresenceEventFrame From(Domain.Presence.PresenceEvent presence) => new(
        presence.Kind switch
        {
            PresenceEventKind.Snapshot => "snapshot",
            PresenceEventKind.Joined => "joined",
            PresenceEventKind.Left => "left",
            _ => "changed",
        },
        presence.Seq,
        presence.Sessions.Count == 1 ? presence.Sessions[0].Session.Value : null,
        [.. presence.Sessions.SelectMany(session => session.Participants.Select(person => WatchedParticipantFrame.From(session, person)))]);
}

/// <summary>A participant, with the place.</summary>
[MessagePackObject]
public sealed record WatchedParticipantFrame(
    [property: Key("sessionId")] Guid SessionId,
    [property: Key("workspaceId")] Guid WorkspaceId,
    [property: Key("userId")] Guid UserId,
    [property: Key("username")] string Username,
    [property: Key("displayName")] string DisplayName,
    [property: Key("color")] string Color,
    [property: Key("role")] string Role,
    [property: Key("status")] string Status,
    [property: Key("fileId")] Guid? FileId,
    [property: Key("joinedAt")] DateTimeOffset JoinedAt,
    [property: Key("lastActive")] DateTimeOffset LastActive,
    [property: Key("connections")] int Connections)
{
    internal static WatchedParticipantFrame From(SessionPresence session, PresentParticipant person)
    {
        var frame = ParticipantFrame.From(person);
        return new WatchedParticipantFrame(
            session.Session.Value, session.Workspace.Value, frame.UserId, frame.Username, frame.DisplayName, frame.Color, frame.Role, frame.Status,
            frame.FileId, frame.JoinedAt, frame.LastActive, frame.Connections);
    }
}

/// <summary>One item of <c>WatchNodes</c>, and a part of the overview.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="IsPartial">The line to the other nodes is down: what is said of them may be old.</param>
/// <param name="Nodes">Every live node.</param>
[MessagePackObject]
public sealed record NodesFrame(
    [property: Key("at")] DateTimeOffset At,
    [property: Key("isPartial")] bool IsPartial,
    [property: Key("nodes")] IReadOnlyList<NodeFrame> Nodes)
{
    internal static NodesFrame From(INodeRegistry registry, DateTimeOffset now) =>
        new(now, registry.IsPartial, [.. registry.Nodes.Select(NodeFrame.From)]);
}

/// <summary>One node. Rates and latencies are of its last second.</summary>
/// <param name="Node">This run of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Connections">Open connections of signed-in people.</param>
/// <param name="OpenFiles">Files open on it.</param>
/// <param name="EditsIn">Edits taken, a second.</param>
/// <param name="EditsOut">Edits delivered, a second, counted per subscriber.</param>
/// <param name="SaveP50Ms">Half of the edits were committed within this; 0 when there was none.</param>
/// <param name="SaveP99Ms">99 of 100 were.</param>
/// <param name="UnsavedBytes">Accepted edits without a commit.</param>
/// <param name="CpuPercent">100 is one core.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="IsDraining">It is stopping.</param>
/// <param name="SilentMs">Time since its last sign of life.</param>
[MessagePackObject]
public sealed record NodeFrame(
    [property: Key("node")] string Node,
    [property: Key("name")] string Name,
    [property: Key("connections")] long Connections,
    [property: Key("openFiles")] long OpenFiles,
    [property: Key("editsIn")] double EditsIn,
    [property: Key("editsOut")] double EditsOut,
    [property: Key("saveP50Ms")] double SaveP50Ms,
    [property: Key("saveP99Ms")] double SaveP99Ms,
    [property: Key("unsavedBytes")] long UnsavedBytes,
    [property: Key("cpuPercent")] double CpuPercent,
    [property: Key("memoryBytes")] long MemoryBytes,
    [property: Key("isDraining")] bool IsDraining,
    [property: Key("silentMs")] double SilentMs)
{
    internal static NodeFrame From(LiveNode node)
    {
        var figures = node.Figures;
        return new NodeFrame(
            node.Node, node.Name, figures.Connections, figures.OpenFiles, figures.EditsIn, figures.EditsOut, figures.SaveP50Ms, figures.SaveP99Ms,
            figures.UnsavedBytes, figures.CpuPercent, figures.MemoryBytes, figures.IsDraining, node.SilentFor.TotalMilliseconds);
    }
}
