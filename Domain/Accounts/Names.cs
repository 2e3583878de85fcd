using System.Globalization;
using System.Text;

namespace CollabHub.Domain.Accounts;

/// <summary>Names that people give: to themselves, and to what they make.</summary>
public static class Names
{
    /// <summary>Longest name, in characters as a reader counts them.</summary>
    public const int MaxCharacters = 100;

    /// <summary>Longest name in UTF-8 bytes: a hundred combining marks on one letter are not one character of text.</summary>
    public const int MaxBytes = 400;

    private const int MinUsername = 2;
    private const int MaxUsername = 40;
    private const string GuestPrefix = "guest-";
    private const string DeletedPrefix = "deleted-";

    /// <summary>The name in NFC without blanks around it; null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (text is null || !IsWellFormed(text)) return text;
        var clean = text.Normalize(NormalizationForm.FormC).Trim();
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>What is wrong with a name of at most <paramref name="characters"/> characters, as the end of a sentence about the field; or null.</summary>
    public static string? Problem(string? text, int characters = MaxCharacters)
    {
        if (text is null) return null;
        if (!IsWellFormed(text)) return "must be valid Unicode";
        if (text.Length > characters * 4 || new StringInfo(text).LengthInTextElements > characters || Encoding.UTF8.GetByteCount(text) > characters * (MaxBytes / MaxCharacters))
        {
            return string.Create(CultureInfo.InvariantCulture, $"must have at most {characters} characters");
        }
        return text.EnumerateRunes().Any(IsInvisible) ? "must not contain control, direction or invisible characters" : null;
    }

    /// <summary>What is wrong with a user name, or null.</summary>
    public static string? UsernameProblem(string? text)
    {
        if (text is null || text.Length is < MinUsername or > MaxUsername) return $"must have {MinUsername} to {MaxUsername} characters";
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return "may have letters, digits, dot, dash and underscore, and begins with a letter or digit";
        }
        string[] reserved = [GuestPrefix, DeletedPrefix];
        return Array.Find(reserved, prefix => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } taken ? $"must not begin with {taken}" : null;
    }

    /// <summary>A guest's user name.</summary>
    internal static string Guest(string random) => GuestPrefix + random;

    /// <summary>A user name made of what someone is called elsewhere; null when nothing acceptable is left of it.</summary>
    internal static string? UsernameFrom(string? text)
    {
        var kept = string.Concat((text ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')).TrimStart('.', '-', '_');
        var name = kept[..Math.Min(kept.Length, MaxUsername)];
        return UsernameProblem(name) is null ? name : null;
    }

    /// <summary>The user name that a deleted account keeps.</summary>
    public static string Deleted(UserId user) => DeletedPrefix + user.Value.ToString("N");

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            // Which normalizing would throw at.
            if (text[i] == '\uFFFE') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])) return false;
        }
        return true;
    }

    // The zero-width joiner (U+200D) stays: emoji of several parts need it.
    private static bool IsInvisible(Rune rune) => rune.Value != 0x200D && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
