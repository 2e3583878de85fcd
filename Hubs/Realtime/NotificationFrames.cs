using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;
using MessagePack;

namespace CollabHub.Hubs.Realtime;

/// <summary>Who invites.</summary>
[MessagePackObject]
public sealed record InviterFrame([property: Key("userId")] Guid UserId, [property: Key("displayName")] string DisplayName);

/// <summary>An invitation, with the members that REST gives it; never its link.</summary>
[MessagePackObject]
public sealed record InvitationFrame(
    [property: Key("invitationId")] Guid InvitationId,
    [property: Key("kind")] string Kind,
    [property: Key("workspaceId")] Guid? WorkspaceId,
    [property: Key("sessionId")] Guid? SessionId,
    [property: Key("targetName")] string TargetName,
    [property: Key("email")] string? Email,
    [property: Key("userId")] Guid? UserId,
    [property: Key("role")] string Role,
    [property: Key("message")] string? Message,
    [property: Key("status")] string Status,
    [property: Key("invitedBy")] InviterFrame InvitedBy,
    [property: Key("createdAt")] DateTimeOffset CreatedAt,
    [property: Key("expiresAt")] DateTimeOffset ExpiresAt)
{
    /// <summary>The invitation as things stand at <paramref name="now"/>.</summary>
    public static InvitationFrame From(InvitationView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        var i = view.Invitation;
        return new InvitationFrame(
            i.Id.Value, i.Place.Session is null ? "workspace" : "session", i.Place.Workspace?.Value, i.Place.Session?.Value, view.TargetName, i.Email,
            i.InvitedUser?.Value, i.Role.ToName(), i.Message, i.StatusAt(now).ToName(), new InviterFrame(i.InvitedBy.Value, view.InviterName),
            i.CreatedAt, i.ExpiresAt);
    }
}

/// <summary>An invitation came or changed.</summary>
[MessagePackObject]
public sealed record InvitationEvent([property: Key("invitation")] InvitationFrame Invitation);

/// <summary>The role in a workspace; none: out of it.</summary>
[MessagePackObject]
public sealed record MembershipEvent([property: Key("workspaceId")] Guid WorkspaceId, [property: Key("role")] string? Role);

/// <summary>When the access token of this connection runs out; the connection ends 60 s later.</summary>
[MessagePackObject]
public sealed record TokenExpiringEvent([property: Key("expiresAt")] DateTimeOffset ExpiresAt);
