using CollabHub.Domain.Access;

namespace CollabHub.Domain.Invitations;

/// <summary>Where an invitation stands.</summary>
public enum InvitationStatus
{
    /// <summary>Waits for an answer; share links stay here until they expire or are revoked.</summary>
    Pending,
    /// <summary>Taken.</summary>
    Accepted,
    /// <summary>Refused by the person addressed.</summary>
    Declined,
    /// <summary>Taken back.</summary>
    Revoked,
    /// <summary>Its time is over.</summary>
    Expired,
}

/// <summary>What an invitation leads into: a workspace, or a session.</summary>
public readonly record struct InvitationPlace
{
    private InvitationPlace(WorkspaceId? workspace, SessionId? session) => (Workspace, Session) = (workspace, session);

    /// <summary>The workspace, when it leads into one.</summary>
    public WorkspaceId? Workspace { get; }

    /// <summary>The session, when it leads into one.</summary>
    public SessionId? Session { get; }

    /// <summary>Into a workspace.</summary>
    public static InvitationPlace Of(WorkspaceId workspace) => new(workspace, null);

    /// <summary>Into a session.</summary>
    public static InvitationPlace Of(SessionId session) => new(null, session);
}

/// <summary>An invitation of either kind. One without address and person is a share link: whoever is signed in and holds it may come.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Place">What it leads into.</param>
/// <param name="Workspace">The workspace that it belongs to; that of the session for session invitations.</param>
/// <param name="Email">The address invited, in lower case.</param>
/// <param name="InvitedUser">The account invited, instead of an address; workspaces only.</param>
/// <param name="Role">What the invited becomes; fixed.</param>
/// <param name="Message">The inviter's words, plain text.</param>
/// <param name="Stored">The status in the table; <see cref="StatusAt"/> is what everyone sees.</param>
/// <param name="InvitedBy">Whose rights carry it.</param>
/// <param name="CreatedAt">UTC, microseconds.</param>
/// <param name="ExpiresAt">UTC, microseconds.</param>
public sealed record Invitation(
    InvitationId Id, InvitationPlace Place, WorkspaceId Workspace, string? Email, UserId? InvitedUser, Role Role, string? Message,
    InvitationStatus Stored, UserId InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether anyone who holds the link may come.</summary>
    public bool IsLink => Email is null && InvitedUser is null;

    /// <summary>The status at a moment: pending ends with the expiry, whether or not anyone wrote that down.</summary>
    public InvitationStatus StatusAt(DateTimeOffset now) =>
        Stored == InvitationStatus.Pending && ExpiresAt <= now ? InvitationStatus.Expired : Stored;
}

/// <summary>An invitation with the names that people know.</summary>
/// <param name="Invitation">The invitation.</param>
/// <param name="TargetName">The workspace's or session's name.</param>
/// <param name="InviterName">The inviter's display name.</param>
public sealed record InvitationView(Invitation Invitation, string TargetName, string InviterName);

/// <summary>The names of invitation states on the wire and in the tables.</summary>
public static class InvitationStatusNames
{
    /// <summary><c>pending</c>, <c>accepted</c>, <c>declined</c>, <c>revoked</c>, <c>expired</c>.</summary>
    public static string ToName(this InvitationStatus status) => status switch
    {
        InvitationStatus.Pending => "pending",
        InvitationStatus.Accepted => "accepted",
        InvitationStatus.Declined => "declined",
        InvitationStatus.Revoked => "revoked",
        InvitationStatus.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No name is declared for this status."),
    };

    /// <summary>The status with that name, or null.</summary>
    public static InvitationStatus? Parse(string? name) => name switch
    {
        "pending" => InvitationStatus.Pending,
        "accepted" => InvitationStatus.Accepted,
        "declined" => InvitationStatus.Declined,
        "revoked" => InvitationStatus.Revoked,
        "expired" => InvitationStatus.Expired,
        _ => null,
    };
}
