using System.Globalization;
using System.Net.Mail;

namespace CollabHub.Domain.Accounts;

/// <summary>Which e-mail addresses are taken, and in which form they are stored.</summary>
public static class EmailAddress
{
    /// <summary>Longest address in characters.</summary>
    public const int MaxLength = 255;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// The address with its domain in lower-case ASCII (IDN as punycode), or null when it is not a plain <c>local@domain.tld</c>:
    /// no display name, no comments, no quotes, no control characters, local part in ASCII.
    /// </summary>
    public static string? Normalize(string? text)
    {
        if (text is null || text.Length > MaxLength || !MailAddress.TryCreate(text, out var parsed) || parsed.Address != text) return null;
        if (!parsed.User.All(IsLocal) || parsed.User.Length > 64) return null;
        try
        {
            var domain = Idn.GetAscii(parsed.Host).ToLowerInvariant();
            var address = $"{parsed.User}@{domain}";
            return domain.Contains('.', StringComparison.Ordinal) && address.Length <= MaxLength ? address : null;
        }
        catch (ArgumentException)
        {
            return null; // how IdnMapping says that it is no host name
        }
    }

    private static bool IsLocal(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal);
}
