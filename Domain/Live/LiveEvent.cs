using CollabHub.Domain.Files;

namespace CollabHub.Domain.Live;

/// <summary>Something that open connections have to hear of. Carries ids only: whoever delivers it reads the present state.</summary>
public abstract record LiveEvent;

/// <summary>Roles may have changed for one person (or, without <paramref name="User"/>, for everyone) in a workspace or session.</summary>
public sealed record AccessChanged(UserId? User, WorkspaceId? Workspace, SessionId? Session) : LiveEvent;

/// <summary>A session's name, state or description changed.</summary>
public sealed record SessionChanged(SessionId Session) : LiveEvent;

/// <summary>A session has ended.</summary>
public sealed record SessionEnded(SessionId Session) : LiveEvent;

/// <summary>A participant was removed from a session, or its role there changed.</summary>
public sealed record ParticipantChanged(SessionId Session, UserId User) : LiveEvent;

/// <summary>A file came into a workspace.</summary>
public sealed record FileAdded(WorkspaceId Workspace, FileId File) : LiveEvent;

/// <summary>A file's path, language, size or last author changed.</summary>
public sealed record FileChanged(WorkspaceId Workspace, FileId File) : LiveEvent;

/// <summary>A file is gone. There is nothing left to read, so it brings along what was known last.</summary>
public sealed record FileRemoved(WorkspaceId Workspace, FileId File, FileEntry Last) : LiveEvent;

/// <summary>An invitation was created, or its status changed; the person addressed hears of it when known.</summary>
public sealed record InvitationChanged(InvitationId Invitation, UserId? Invitee, UserId Inviter, bool IsNew) : LiveEvent;

/// <summary>A membership came, changed or went; null role = gone.</summary>
public sealed record MembershipChanged(WorkspaceId Workspace, UserId User, string? Role) : LiveEvent;

/// <summary>A deployment of the session came or changed its state.</summary>
public sealed record DeploymentChanged(SessionId Session, DeploymentId Deployment) : LiveEvent;

/// <summary>Sign-ins of one person have ended: one of them, or all but one, or all. Connections that they opened must close.</summary>
/// <param name="User">Whose.</param>
/// <param name="Only">The one that ended; null when several did.</param>
/// <param name="Except">The one that goes on when several ended.</param>
public sealed record SignInEnded(UserId User, Guid? Only, Guid? Except = null) : LiveEvent;

/// <summary>Accepts events right after the commit that made them true.</summary>
public interface ILiveEvents
{
    /// <summary>Never blocks and never throws; delivery is the implementation's own, supervised work.</summary>
    void Publish(LiveEvent liveEvent);
}
