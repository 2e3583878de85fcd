using System.Net;
using CollabHub.Domain.Mail;

namespace CollabHub.Domain.Accounts;

/// <summary>The mails about accounts.</summary>
internal static class AccountMails
{
    public static MailMessage PasswordChanged(string to, string name) => Plain(
        to,
        "Your CollabHub password was changed",
        $"Hello {name},",
        "The password of your CollabHub account was changed, and every other device was signed out.",
        "If this was not you, someone else knows your password: reset it and tell your administrator.");

    private static MailMessage Plain(string to, string subject, params string[] paragraphs) => new(
        to, subject, string.Join("\n\n", paragraphs) + "\n", string.Concat(paragraphs.Select(p => $"<p>{WebUtility.HtmlEncode(p)}</p>\n")));
}
