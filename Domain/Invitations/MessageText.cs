using System.Text.RegularExpressions;
using CollabHub.Domain.Text;

namespace CollabHub.Domain.Invitations;

/// <summary>The inviter's words travel in a mail under our name, so they carry no links.</summary>
public static partial class MessageText
{
    /// <summary>One line of plain text up to <see cref="InvitationRules.MaxMessage"/>; nothing that a mail program would turn into a link.</summary>
    public static bool IsAcceptable(string? message) =>
        message is null || (message.Length <= InvitationRules.MaxMessage && TextRules.IsPlain(message, multiline: false) && !Link().IsMatch(message));

    [GeneratedRegex(
        @"://|www\.|mailto:|[\w-]\.[a-z]{2,}/|[\w-]\.(com|net|org|info|biz|io|co|dev|app|xyz|me|ru|cn|de|top|site|online|shop|link|click|page|zip)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Link();
}
