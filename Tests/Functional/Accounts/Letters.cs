using System.Text.RegularExpressions;
using MimeKit;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>Reads letters.</summary>
internal static partial class Letters
{
    /// <summary>The token in the link to a page; the text and the HTML part must hold the same.</summary>
    public static string TokenIn(this MimeMessage mail, string page)
    {
        var inText = Link().Matches(mail.TextBody!).Single(link => link.Groups["page"].Value.EndsWith(page, StringComparison.Ordinal)).Groups["token"].Value;
        Assert.Contains(inText, mail.HtmlBody, StringComparison.Ordinal);
        return inText;
    }

    [GeneratedRegex("""(?<page>https?://\S+)#token=(?<token>[A-Za-z0-9_-]+)""")]
    private static partial Regex Link();
}
