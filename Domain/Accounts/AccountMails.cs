using System.Net;
using CollabHub.Domain.Mail;

namespace CollabHub.Domain.Accounts;

/// <summary>The mails about accounts. Those that a stranger can cause hold no text that he chose.</summary>
internal static class AccountMails
{
    private const string NotYou = "If this was not you, someone else may know your password: reset it and tell your administrator.";

    public static MailMessage VerifyEmail(string to, string link) => WithLink(
        to,
        "Confirm your e-mail address",
        "Somebody, probably you, made a CollabHub account with this e-mail address. Confirm that it is yours:",
        "Confirm the address",
        link,
        "The link works once, for 24 hours. If you did not make an account, ignore this mail.");

    public static MailMessage ResetPassword(string to, string link) => WithLink(
        to,
        "Choose a new CollabHub password",
        "Somebody, probably you, asked to reset the password of the CollabHub account with this e-mail address. Choose a new one:",
        "Choose a new password",
        link,
        "The link works once, for 30 minutes. If you did not ask for it, ignore this mail: your password stays as it is.");

    public static MailMessage PasswordChanged(string to, string name) => Plain(
        to,
        "Your CollabHub password was changed",
        $"Hello {name},",
        "The password of your CollabHub account was changed, and every other device was signed out.",
        NotYou);

    public static MailMessage PasswordReset(string to) => Plain(
        to,
        "Your CollabHub password was reset",
        "The password of your CollabHub account was reset with a link that we sent to this address, and every device was signed out.",
        "If this was not you, someone else reads your mail: secure your mailbox, then reset the password again.");

    public static MailMessage Locked(string to, int failures, string link) => WithLink(
        to,
        "Signing in to CollabHub with your password is locked",
        $"After {failures} wrong passwords in a row, your CollabHub account does not take its password any more. Devices that are signed in stay so. To sign in again, reset the password:",
        "Reset the password",
        link,
        "Somebody may be guessing at your password; a long one that you use nowhere else keeps them out.");

    public static MailMessage ExternalLinked(string to, string provider) => Plain(
        to, "A way to sign in was added to your CollabHub account", $"Your CollabHub account can now be signed in to with {provider}.", NotYou);

    public static MailMessage ExternalUnlinked(string to, string provider) => Plain(
        to, "A way to sign in was removed from your CollabHub account", $"Your CollabHub account can no longer be signed in to with {provider}.", NotYou);

    public static MailMessage Deleted(string to) => Plain(
        to,
        "Your CollabHub account was deleted",
        "Your CollabHub account and the workspaces that only you were a member of were deleted. This cannot be undone.",
        "If this was not you, tell your administrator.");

    private static MailMessage WithLink(string to, string subject, string before, string label, string link, string after) => new(
        to,
        subject,
        $"{before}\n\n{link}\n\n{after}\n",
        $"{Paragraph(before)}<p><a href=\"{WebUtility.HtmlEncode(link)}\">{WebUtility.HtmlEncode(label)}</a></p>\n{Paragraph(after)}");

    private static MailMessage Plain(string to, string subject, params string[] paragraphs) =>
        new(to, subject, string.Join("\n\n", paragraphs) + "\n", string.Concat(paragraphs.Select(Paragraph)));

    private static string Paragraph(string text) => $"<p>{WebUtility.HtmlEncode(text)}</p>\n";
}
