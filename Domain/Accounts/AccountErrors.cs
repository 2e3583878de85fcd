using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Accounts;

/// <summary>The refusals around accounts and signing in.</summary>
public static class AccountErrors
{
    /// <summary>Another account has the e-mail address.</summary>
    public static readonly CollabError EmailTaken = new("account.email_taken", ErrorKind.Conflict, "Another account has this e-mail address; sign in instead.");

    /// <summary>Another account has the user name.</summary>
    public static readonly CollabError UsernameTaken = new("account.username_taken", ErrorKind.Conflict, "Another account has this user name.");

    /// <summary>This server takes no guests.</summary>
    public static readonly CollabError GuestsNotAllowed = new("auth.guests_not_allowed", ErrorKind.Forbidden, "This server takes no guests; register or sign in.");

    /// <summary>Wrong account or password; deliberately not said which.</summary>
    public static readonly CollabError InvalidCredentials = new("auth.invalid_credentials", ErrorKind.Unauthenticated, "The account or the password is wrong.");

    /// <summary>The refresh token is unknown, expired or revoked.</summary>
    public static readonly CollabError RefreshInvalid = new("auth.refresh_invalid", ErrorKind.Unauthenticated, "The sign-in has ended; sign in again.");

    /// <summary>The refresh token was used before: someone else may have it, so the sign-in is over.</summary>
    public static readonly CollabError RefreshReused = new("auth.refresh_reused", ErrorKind.Unauthenticated, "This refresh token was used before; the sign-in has been ended, sign in again.");

    /// <summary>The present password given for a change is wrong.</summary>
    public static readonly CollabError WrongPassword = new("account.wrong_password", ErrorKind.Forbidden, "The current password is wrong.");

    /// <summary>A guest's user name is given by the server.</summary>
    public static readonly CollabError GuestUsername = new("account.guest_username", ErrorKind.Forbidden, "Guests keep the user name they were given; register to choose one.");

    /// <summary>Guests have no password.</summary>
    public static readonly CollabError NoPassword = new("account.no_password", ErrorKind.Conflict, "This account has no password to change.");

    /// <summary>The account has no password, and its sign-in is too old to stand for one.</summary>
    public static readonly CollabError SignInNotFresh = new("account.sign_in_not_fresh", ErrorKind.Forbidden, "Sign in again, then repeat this within ten minutes.");

    /// <summary>Workspaces with other members would lose their owner.</summary>
    public static CollabError OwnsWorkspaces(int count) => new(
        "account.owns_workspaces", ErrorKind.Conflict,
        count == 1 ? "You own a workspace with other members; transfer or delete it first." : $"You own {count} workspaces with other members; transfer or delete them first.");

    /// <summary>The token of a letter is unknown, used, replaced or expired; deliberately not said which.</summary>
    public static readonly CollabError TokenGone = new("account.token_gone", ErrorKind.Gone, "This link was used before, has expired, or was replaced by a newer one; ask for another.");

    /// <summary>No such device among the caller's.</summary>
    public static readonly CollabError DeviceNotFound = new("account.device_not_found", ErrorKind.NotFound, "None of your sign-ins has this id.");

    /// <summary>The account behind a valid access token is gone.</summary>
    public static readonly CollabError AccountGone = new("account.not_found", ErrorKind.Unauthenticated, "The account no longer exists.");
}
