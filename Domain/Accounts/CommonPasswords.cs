using System.Collections.Frozen;

namespace CollabHub.Domain.Accounts;

/// <summary>Some 49,000 passwords that everybody tries first, and what people do to make them longer.</summary>
internal static class CommonPasswords
{
    private const int ShortPadding = 6;
    private const int FewDifferent = 4;

    private static readonly Lazy<FrozenSet<string>> Entries = new(Load);

    /// <summary>Whether the password is an entry, an entry repeated, or an entry between paddings such as <c>1234</c> or <c>!!!</c>.</summary>
    public static bool Covers(string password)
    {
        var text = password.ToLowerInvariant();
        if (text.Distinct().Count() <= FewDifferent || IsRun(text)) return true;
        var unit = Unit(text);
        if (unit.Length < text.Length && (unit.Length <= FewDifferent || Covers(unit))) return true;
        if (Entries.Value.Contains(text)) return true;
        var core = text.Trim([.. text.Where(c => !char.IsLetter(c)).Distinct()]);
        if (core.Length == 0 || core.Length == text.Length) return false;
        var padding = text.Replace(core, "", StringComparison.Ordinal);
        return Entries.Value.Contains(core) && IsPadding(padding);
    }

    /// <summary>Whether characters around a word add next to nothing.</summary>
    public static bool IsPadding(string text) =>
        text.Length <= ShortPadding || IsRun(text) || text.Distinct().Count() <= 2 || Entries.Value.Contains(text.ToLowerInvariant());

    // 12345678, abcdefgh, 98765432: every step the same, wrapping after 9.
    private static bool IsRun(string text)
    {
        if (text.Length < 2) return true;
        var steps = text.Zip(text.Skip(1), (a, b) => b - a).ToList();
        return steps.TrueForAll(step => step is 1 or -9) || steps.TrueForAll(step => step is -1 or 9) || steps.TrueForAll(step => step == 0);
    }

    // The shortest part that the text is a repetition of.
    private static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            var unit = text[..length];
            if (text.Chunk(length).All(part => unit.AsSpan().StartsWith(part))) return unit;
        }
        return text;
    }

    private static FrozenSet<string> Load()
    {
        const string resource = "CollabHub.Domain.Accounts.common-passwords.txt";
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not in the assembly.");
        using var reader = new StreamReader(stream);
        var entries = new HashSet<string>(StringComparer.Ordinal) { "collabhub", "collaboration" };
        while (reader.ReadLine() is { } line) entries.Add(line);
        return entries.ToFrozenSet(StringComparer.Ordinal);
    }
}
