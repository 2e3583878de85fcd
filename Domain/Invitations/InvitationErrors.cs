using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Invitations;

/// <summary>The refusals around invitations.</summary>
public static class InvitationErrors
{
    /// <summary>No such invitation for this caller, or no such token.</summary>
    public static readonly CollabError NotFound = new("invitation.not_found", ErrorKind.NotFound, "There is no such invitation, or it is not addressed to you.");

    /// <summary>Used, declined, revoked and expired look the same from outside.</summary>
    public static readonly CollabError Gone = new("invitation.gone", ErrorKind.Gone, "This invitation is no longer valid; ask for a new one.");

    /// <summary>The inviter could not give this role any more.</summary>
    public static readonly CollabError Void = new("invitation.void", ErrorKind.Gone, "Whoever sent this invitation may no longer give this role; ask for a new one.");

    /// <summary>The token is good, but the invitation is for someone else.</summary>
    public static readonly CollabError OtherPerson = new("invitation.other_person", ErrorKind.Forbidden, "This invitation is for another account; sign in with the address that it was sent to.");

    /// <summary>Only who reads the mailbox may use what was sent to it.</summary>
    public static readonly CollabError EmailUnverified = new("account.email_unverified", ErrorKind.Forbidden, "Verify your e-mail address first.");

    /// <summary>A share link was shown once and is never sent.</summary>
    public static readonly CollabError LinkNotSent = new("invitation.is_link", ErrorKind.Conflict, "A share link cannot be sent again; revoke it and create a new one.");

    /// <summary>Over the number of pending invitations of one account.</summary>
    public static readonly CollabError Quota = new("quota.invitations", ErrorKind.Conflict, "You have as many pending invitations as one account may; revoke some first.");
}
