using System.Globalization;
using System.Net;
using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Mail;

namespace CollabHub.Domain.Invitations;

/// <summary>The mail that carries an invitation's link.</summary>
public static class InvitationMail
{
    /// <summary>Composes both parts; names and message come from users, so they are put on one line and, for HTML, encoded.</summary>
    public static MailMessage Compose(InvitationView view, string to, string link)
    {
        ArgumentNullException.ThrowIfNull(view);
        var invitation = view.Invitation;
        var kind = invitation.Place.Session is null ? "workspace" : "session";
        var inviter = OneLine(view.InviterName);
        var target = OneLine(view.TargetName);
        var role = invitation.Role.ToName();
        var until = invitation.ExpiresAt.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        var opening = $"{inviter} invites you to the {kind} “{target}” as {role}.";
        var closing = $"The link works once, until {until} UTC, for the account with this address. If you do not know {inviter}, ignore this mail.";

        var text = new StringBuilder(opening).Append("\n\n");
        if (invitation.Message is { } said) text.Append('"').Append(OneLine(said)).Append("\"\n\n");
        text.Append("Open this link to join:\n").Append(link).Append("\n\n").Append(closing).Append('\n');

        var html = new StringBuilder("<p>").Append(Encode(opening)).Append("</p>");
        if (invitation.Message is { } quoted) html.Append("<blockquote>").Append(Encode(OneLine(quoted))).Append("</blockquote>");
        html.Append("<p><a href=\"").Append(Encode(link)).Append("\">Join the ").Append(kind).Append("</a></p><p>").Append(Encode(closing)).Append("</p>");
        return new MailMessage(to, $"{inviter} invites you to “{target}”", text.ToString(), html.ToString());
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
