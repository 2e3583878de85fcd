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

    /// <summary>No provider of that name is configured.</summary>
    public static readonly CollabError ExternalUnknown = new("auth.external_unknown", ErrorKind.NotFound, "This server has no such way to sign in.");

    /// <summary>The person did not agree at the provider.</summary>
    public static readonly CollabError ExternalDenied = new("auth.external_denied", ErrorKind.Forbidden, "You did not agree at the provider; nothing was changed.");

    /// <summary>The provider's answer did not belong to a sign-in that this browser began, or was not valid.</summary>
    public static readonly CollabError ExternalFailed = new("auth.external_failed", ErrorKind.Forbidden, "The provider's answer could not be used; begin again.");

    /// <summary>The provider does not answer.</summary>
    public static readonly CollabError ExternalUnavailable = new("auth.external_unavailable", ErrorKind.Unavailable, "The provider does not answer right now; try again, or sign in in another way.");

    /// <summary>The one-time code was used, has expired, or belongs to another browser.</summary>
    public static readonly CollabError ExternalCodeGone = new("auth.external_code_gone", ErrorKind.Gone, "This sign-in was used before or has expired; begin again.");

    /// <summary>The account that is linked cannot sign in.</summary>
    public static readonly CollabError ExternalRefused = new("auth.external_refused", ErrorKind.Forbidden, "This account cannot sign in.");

    /// <summary>A new account needs an address that the provider has verified.</summary>
    public static readonly CollabError ExternalEmailUnverified = new(
        "auth.external_email_unverified", ErrorKind.Forbidden, "The provider gave no verified e-mail address; verify it there, or register here with a password.");

    /// <summary>An account with the same address exists; the provider's word alone does not open it.</summary>
    public static readonly CollabError ExternalEmailTaken = new(
        "auth.external_email_taken", ErrorKind.Conflict, "An account with this e-mail address exists: sign in to it, then link the provider in your profile.");

    /// <summary>Another account has the identity.</summary>
    public static readonly CollabError ExternalLinkedElsewhere = new(
        "account.external_linked_elsewhere", ErrorKind.Conflict, "This identity is linked to another account.");

    /// <summary>The account has another identity.</summary>
    public static readonly CollabError ExternalHasAnother = new(
        "account.external_has_another", ErrorKind.Conflict, "Your account is linked to another identity; remove that link first.");

    /// <summary>The account is not linked to that provider.</summary>
    public static readonly CollabError ExternalNotLinked = new("account.external_not_linked", ErrorKind.NotFound, "Your account is not linked to this provider.");

    /// <summary>Without the link nobody could sign in.</summary>
    public static readonly CollabError LastWayIn = new(
        "account.last_way_in", ErrorKind.Conflict, "This is the only way to sign in to your account; set a password first (by “forgot password”).");

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
