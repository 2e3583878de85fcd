using System.Globalization;
using System.Text;

namespace CollabHub.Domain.Documents;

/// <summary>The difference of two texts in the form that <c>patch</c> and <c>git apply</c> read.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    // The bounds of TextDiff: beyond them what differs is replaced as one piece.
    private const long Work = 20_000_000;
    private const int MaxDifferences = 2_000;

    /// <summary>Hunks with 3 lines of context under a header of two labels; empty when the texts are equal.</summary>
    /// <param name="before">The text on the <c>-</c> side.</param>
    /// <param name="after">The text on the <c>+</c> side.</param>
    /// <param name="beforeLabel">What follows <c>--- </c>, such as <c>a/src/main.js</c>; a tab in it ends the name.</param>
    /// <param name="afterLabel">What follows <c>+++ </c>.</param>
    /// <remarks>A line ends with its line feed and nothing else: a carriage return is a part of the line, as in git.</remarks>
    public static string Between(string before, string after, string beforeLabel, string afterLabel)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (old, now) = (new Lines(before, numbers), new Lines(after, numbers));
        var changes = Changes(old.Numbers, now.Numbers);
        if (changes.Count == 0) return "";
        var text = new StringBuilder().Append("--- ").Append(beforeLabel).Append("\n+++ ").Append(afterLabel).Append('\n');
        for (var first = 0; first < changes.Count;)
        {
            var last = first;
            while (last + 1 < changes.Count && changes[last + 1].OldStart - changes[last].OldEnd <= 2 * Context) last++;
            WriteHunk(text, old, now, changes, first, last);
            first = last + 1;
        }
        return text.ToString();
    }

    private readonly record struct Change(int OldStart, int OldEnd, int NewStart, int NewEnd);

    private static List<Change> Changes(int[] old, int[] now)
    {
        var prefix = old.AsSpan().CommonPrefixLength(now);
        var suffix = 0;
        while (suffix < Math.Min(old.Length, now.Length) - prefix && old[^(suffix + 1)] == now[^(suffix + 1)]) suffix++;
        var (oldEnd, newEnd) = (old.Length - suffix, now.Length - suffix);
        if (prefix == oldEnd && prefix == newEnd) return [];
        var common = new MyersDiff(Work, MaxDifferences).Common(old.AsSpan(prefix..oldEnd), now.AsSpan(prefix..newEnd));
        if (common is null) return [new Change(prefix, oldEnd, prefix, newEnd)];
        var changes = new List<Change>();
        var (o, n) = (prefix, prefix);
        foreach (var match in common.Append(new Match(oldEnd - prefix, newEnd - prefix, 0)))
        {
            var (toOld, toNew) = (prefix + match.Before, prefix + match.After);
            if (toOld > o || toNew > n) changes.Add(new Change(o, toOld, n, toNew));
            (o, n) = (toOld + match.Length, toNew + match.Length);
        }
        return changes;
    }

    private static void WriteHunk(StringBuilder text, Lines old, Lines now, List<Change> changes, int first, int last)
    {
        var lead = Math.Min(Context, changes[first].OldStart);
        var trail = Math.Min(Context, old.Count - changes[last].OldEnd);
        var (oldStart, oldEnd) = (changes[first].OldStart - lead, changes[last].OldEnd + trail);
        var (newStart, newEnd) = (changes[first].NewStart - lead, changes[last].NewEnd + trail);
        text.Append("@@ -").Append(Range(oldStart, oldEnd)).Append(" +").Append(Range(newStart, newEnd)).Append(" @@\n");
        var at = oldStart;
        for (var i = first; i <= last; i++)
        {
            old.Write(text, ' ', at, changes[i].OldStart);
            old.Write(text, '-', changes[i].OldStart, changes[i].OldEnd);
            now.Write(text, '+', changes[i].NewStart, changes[i].NewEnd);
            at = changes[i].OldEnd;
        }
        old.Write(text, ' ', at, oldEnd);
    }

    // An empty range is named by the line before it.
    private static string Range(int start, int end) => string.Create(
        CultureInfo.InvariantCulture, $"{(end == start ? start : start + 1)}{(end - start == 1 ? "" : $",{end - start}")}");

    // Lines with their line feed; equal lines of both texts have equal numbers.
    private sealed class Lines
    {
        private readonly string _text;
        private readonly List<int> _starts = [0];

        public Lines(string text, Dictionary<string, int> numbers)
        {
            _text = text;
            var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
            var found = new List<int>();
            for (var start = 0; start < text.Length; start = _starts[^1])
            {
                var feed = text.IndexOf('\n', start);
                var line = feed < 0 ? text.AsSpan(start) : text.AsSpan(start, feed + 1 - start);
                if (!lookup.TryGetValue(line, out var number)) lookup[line] = number = numbers.Count;
                found.Add(number);
                _starts.Add(start + line.Length);
            }
            Numbers = [.. found];
        }

        public int[] Numbers { get; }

        public int Count => Numbers.Length;

        public void Write(StringBuilder to, char mark, int from, int until)
        {
            for (var line = from; line < until; line++)
            {
                to.Append(mark).Append(_text, _starts[line], _starts[line + 1] - _starts[line]);
                if (_text[_starts[line + 1] - 1] != '\n') to.Append("\n\\ No newline at end of file\n");
            }
        }
    }
}
