using System.Globalization;
using System.Text;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Files;

/// <summary>A path within a workspace: the same on every operating system, and never a way out of the tree.</summary>
/// <param name="Value">NFC, names joined by <c>/</c>, no leading or trailing one.</param>
/// <param name="Key">What must be unique in a workspace: the path without regard to case.</param>
public sealed record FilePath(string Value, string Key)
{
    private const int MaxPathBytes = 1024;
    private const int MaxNameBytes = 255;
    private const int MaxDepth = 32;

    private static readonly HashSet<string> DeviceNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>The canonical path, or <c>file.path_invalid</c> with the reason on the field <c>path</c>.</summary>
    public static Result<FilePath> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Invalid("is required");
        if (!IsWellFormed(text)) return Invalid("contains half of a surrogate pair, or what is no character");
        var path = text.Normalize(NormalizationForm.FormC);
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes) return Invalid($"may have at most {MaxPathBytes} bytes");
        if (path.Contains('\\', StringComparison.Ordinal)) return Invalid("uses / between names, not \\");
        var names = path.Split('/');
        if (names.Length > MaxDepth) return Invalid($"may be at most {MaxDepth} names deep");
        foreach (var name in names)
        {
            if (Fault(name) is { } fault) return Invalid(fault);
        }
        return new FilePath(path, KeyOf(path));
    }

    /// <summary>The folders that lead to a key, outermost first: <c>a</c> and <c>a/b</c> of <c>a/b/c</c>.</summary>
    public static IEnumerable<string> Folders(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        for (var at = key.IndexOf('/', StringComparison.Ordinal); at >= 0; at = key.IndexOf('/', at + 1)) yield return key[..at];
    }

    /// <summary>Two paths are the same file when their keys are equal: full case folding, approximated by the invariant maps.</summary>
    private static string KeyOf(string path) =>
        path.ToUpperInvariant().ToLowerInvariant().Replace("ß", "ss", StringComparison.Ordinal).Replace('ς', 'σ').Normalize(NormalizationForm.FormC);

    private static string? Fault(string name)
    {
        if (name.Length == 0) return "has an empty name in it";
        if (name is "." or "..") return "may not contain . or ..";
        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes) return $"has a name of more than {MaxNameBytes} bytes";
        if (name[^1] is '.' or ' ' || name[0] == ' ') return "has a name that begins with a space, or ends with a dot or a space";
        if (name.Contains(':', StringComparison.Ordinal)) return "may not contain :";
        if (name[0] == '~') return "has a name that begins with ~";
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (DeviceNames.Contains(dot < 0 ? name : name[..dot])) return "has a name that some systems reserve for a device";
        if (name.Equals(".git", StringComparison.OrdinalIgnoreCase)) return "may not name a .git folder";
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned)
            {
                return "contains a control or invisible character";
            }
        }
        return null;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            // Which normalizing would throw at.
            if (text[i] == '\uFFFE') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return true;
    }

    private static CollabError Invalid(string reason) => new("file.path_invalid", ErrorKind.Invalid, $"The path {reason}.")
    {
        Fields = new Dictionary<string, string[]> { ["path"] = [$"The path {reason}."] },
    };
}
