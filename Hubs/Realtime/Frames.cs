using CollabHub.Domain.Access;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Files;
using CollabHub.Domain.Presence;
using CollabHub.Domain.Sessions;
using MessagePack;

namespace CollabHub.Hubs.Realtime;

/// <summary>One frame of an open file. docs/protocol.md, File frames.</summary>
[MessagePackObject]
public sealed record FileFrame
{
    /// <summary><c>sync</c>, <c>edit</c>, <c>cursors</c>, <c>saved</c>, <c>rejected</c>, <c>role</c>, <c>closed</c>.</summary>
    [Key("kind")]
    public required string Kind { get; init; }

    /// <summary>The caller's number of an edit, with <c>saved</c> and <c>rejected</c>.</summary>
    [Key("seq")]
    public long? Seq { get; init; }

    /// <summary>A Yjs update, or an awareness update with <c>cursors</c>.</summary>
    [Key("payload")]
    public byte[]? Payload { get; init; }

    /// <summary>The server's state vector, with <c>sync</c>.</summary>
    [Key("stateVector")]
    public byte[]? StateVector { get; init; }

    /// <summary>The caller's role on the file, with <c>sync</c> and <c>role</c>.</summary>
    [Key("role")]
    public string? Role { get; init; }

    /// <summary>Why, with <c>rejected</c> and <c>closed</c>.</summary>
    [Key("code")]
    public string? Code { get; init; }

    /// <summary>The frame that says what the room says.</summary>
    public static FileFrame From(RoomFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return frame.Kind switch
        {
            RoomFrameKind.Sync or RoomFrameKind.Question => new FileFrame
            {
                Kind = "sync", Payload = Bytes(frame.Payload), StateVector = Bytes(frame.StateVector), Role = frame.Role.ToFileRole(),
            },
            RoomFrameKind.Edit => new FileFrame { Kind = "edit", Payload = Bytes(frame.Payload) },
            RoomFrameKind.Cursors => new FileFrame { Kind = "cursors", Payload = Bytes(frame.Payload) },
            RoomFrameKind.Saved => new FileFrame { Kind = "saved", Seq = frame.Seq },
            RoomFrameKind.Rejected => new FileFrame { Kind = "rejected", Seq = frame.Seq, Code = frame.Code },
            RoomFrameKind.Role => new FileFrame { Kind = "role", Role = frame.Role.ToFileRole() },
            RoomFrameKind.Closed => new FileFrame { Kind = "closed", Code = frame.Code },
            _ => throw new ArgumentOutOfRangeException(nameof(frame), frame.Kind, "No wire form is declared for this kind."),
        };
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment)
            && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}

/// <summary>One person in a session.</summary>
[MessagePackObject]
public sealed record ParticipantFrame(
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
    /// <summary>The wire form of a participant.</summary>
    public static ParticipantFrame From(PresentParticipant participant) => new(
        participant.User.Value, participant.Username, participant.DisplayName, PersonColor.Of(participant.User).Color, participant.Role.ToName(),
        participant.Status == PresenceStatus.Online ? "online" : "away", participant.File?.Value, participant.JoinedAt, participant.LastActive,
        participant.Connections);
}

/// <summary>A session.</summary>
[MessagePackObject]
public sealed record SessionFrame(
    [property: Key("sessionId")] Guid SessionId,
    [property: Key("workspaceId")] Guid WorkspaceId,
    [property: Key("name")] string Name,
    [property: Key("description")] string? Description,
    [property: Key("language")] string? Language,
    [property: Key("framework")] string? Framework,
    [property: Key("isDynamic")] bool IsDynamic,
    [property: Key("ownerId")] Guid OwnerId,
    [property: Key("status")] string Status,
    [property: Key("createdAt")] DateTimeOffset CreatedAt,
    [property: Key("updatedAt")] DateTimeOffset UpdatedAt,
    [property: Key("lastActive")] DateTimeOffset LastActive)
{
    /// <summary>The wire form of a session.</summary>
    public static SessionFrame From(Session session) => new(
        session.Id.Value, session.Workspace.Value, session.Name, session.Description, session.Language, session.Framework, session.IsDynamic,
        session.Owner.Value, session.Status.ToName(), session.CreatedAt, session.UpdatedAt, session.LastActive);
}

/// <summary>A file of a workspace.</summary>
[MessagePackObject]
public sealed record FileEntryFrame(
    [property: Key("fileId")] Guid FileId,
    [property: Key("path")] string Path,
    [property: Key("language")] string? Language,
    [property: Key("size")] long Size,
    [property: Key("updatedAt")] DateTimeOffset UpdatedAt,
    [property: Key("updatedBy")] Guid? UpdatedBy)
{
    /// <summary>The wire form of a file.</summary>
    public static FileEntryFrame From(FileEntry entry) => new(
        entry.Id.Value, entry.Path, entry.Language, entry.Size, entry.UpdatedAt, entry.UpdatedBy?.Value);
}

/// <summary>What a caller gets on joining a session.</summary>
[MessagePackObject]
public sealed record SessionSnapshot(
    [property: Key("session")] SessionFrame Session,
    [property: Key("you")] ParticipantFrame You,
    [property: Key("participants")] IReadOnlyList<ParticipantFrame> Participants,
    [property: Key("files")] IReadOnlyList<FileEntryFrame> Files,
    [property: Key("deployment")] Deployments.DeploymentFrame? Deployment = null);

/// <summary>What a caller says of itself.</summary>
[MessagePackObject]
public sealed record PresenceUpdate
{
    /// <summary><c>online</c> or <c>away</c>.</summary>
    [Key("status")]
    public string? Status { get; init; }

    /// <summary>The file in view.</summary>
    [Key("fileId")]
    public Guid? FileId { get; init; }
}

/// <summary>Someone came or went.</summary>
[MessagePackObject]
public sealed record ParticipantEvent(
    [property: Key("sessionId")] Guid SessionId, [property: Key("participant")] ParticipantFrame Participant);

/// <summary>Newest state of those whose presence changed.</summary>
[MessagePackObject]
public sealed record PresenceEvent(
    [property: Key("sessionId")] Guid SessionId, [property: Key("changes")] IReadOnlyList<ParticipantFrame> Changes);

/// <summary>A role changed, or (without one) a participant was removed.</summary>
[MessagePackObject]
public sealed record RoleEvent(
    [property: Key("sessionId")] Guid SessionId, [property: Key("userId")] Guid UserId, [property: Key("role")] string? Role);

/// <summary>A file came, changed or went.</summary>
[MessagePackObject]
public sealed record FileEvent([property: Key("workspaceId")] Guid WorkspaceId, [property: Key("file")] FileEntryFrame File);

/// <summary>A session changed or ended.</summary>
[MessagePackObject]
public sealed record SessionEvent([property: Key("session")] SessionFrame Session);

/// <summary>Names of roles as files know them.</summary>
internal static class FileRoles
{
    /// <summary>A file has editors and viewers: everyone stronger edits; the names stay those of the contract.</summary>
    public static string ToFileRole(this Role role) => role.ToName();
}
