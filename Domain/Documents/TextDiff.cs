using System.Text;

namespace CollabHub.Domain.Documents;

/// <summary>What to change in one text to get another.</summary>
public static class TextDiff
{
    // About a tenth of a second, and 8 MB while it runs; beyond that a coarser answer is the better one.
    private const long Work = 20_000_000;
    private const int MaxDifferences = 2_000;

    /// <summary>Few and small edits that turn <paramref name="before"/> into <paramref name="after"/>.</summary>
    /// <returns>
    /// Ascending by position, neither touching nor overlapping, never inside a surrogate pair of either text; empty when the
    /// texts are equal. Together never larger than replacing what lies between the common beginning and the common end.
    /// </returns>
    /// <remarks>First by lines, then by characters inside of changed lines; texts that have little in common are replaced in
    /// larger pieces, so that time stays bounded.</remarks>
    public static IReadOnlyList<TextEdit> Between(string before, string after)
    {
        var hunk = new Hunk(before, after, 0, before.Length, 0, after.Length).Trimmed();
        if (hunk.IsReplacement) return hunk.IsEmpty ? [] : [hunk.OnWholeLines(0, before.Length).ToEdit()];
        var diff = new MyersDiff(Work, MaxDifferences);
        var hunks = new List<Hunk>();
        foreach (var changed in hunk.Split(diff, new LineNumbers()))
        {
            var trimmed = changed.Trimmed();
            hunks.AddRange(trimmed.IsReplacement ? [trimmed] : trimmed.Split(diff, new Characters()));
        }
        return Edits(hunks, before.Length);
    }

    private static List<TextEdit> Edits(List<Hunk> hunks, int length)
    {
        var edits = new List<TextEdit>(hunks.Count);
        for (var i = 0; i < hunks.Count; i++)
        {
            var from = i == 0 ? 0 : edits[^1].Position + edits[^1].Deleted + 1;
            var to = i + 1 < hunks.Count ? hunks[i + 1].BeforeStart - 1 : length;
            edits.Add(hunks[i].OnWholeLines(from, to).ToEdit());
        }
        return edits;
    }

    // A piece of each text between which nothing is said yet.
    private readonly record struct Hunk(string Before, string After, int BeforeStart, int BeforeEnd, int AfterStart, int AfterEnd)
    {
        public bool IsEmpty => BeforeStart == BeforeEnd && AfterStart == AfterEnd;

        // Nothing in common is left to be found.
        public bool IsReplacement => BeforeStart == BeforeEnd || AfterStart == AfterEnd;

        public TextEdit ToEdit() => new(BeforeStart, BeforeEnd - BeforeStart, After[AfterStart..AfterEnd]);

        public Hunk Trimmed()
        {
            var before = Before.AsSpan(BeforeStart, BeforeEnd - BeforeStart);
            var after = After.AsSpan(AfterStart, AfterEnd - AfterStart);
            var prefix = before.CommonPrefixLength(after);
            if (SplitsPair(before, prefix) || SplitsPair(after, prefix)) prefix--;
            before = before[prefix..];
            after = after[prefix..];
            var suffix = 0;
            while (suffix < before.Length && suffix < after.Length && before[^(suffix + 1)] == after[^(suffix + 1)]) suffix++;
            if (SplitsPair(before, before.Length - suffix) || SplitsPair(after, after.Length - suffix)) suffix--;
            return this with
            {
                BeforeStart = BeforeStart + prefix,
                AfterStart = AfterStart + prefix,
                BeforeEnd = BeforeEnd - suffix,
                AfterEnd = AfterEnd - suffix,
            };
        }

        // Of the places where the same insertion or deletion has the same effect, one that begins at the start of a line:
        // a new line is "four\n" behind the feed of the line before, not "\nfour" in front of it.
        public Hunk OnWholeLines(int from, int to)
        {
            var (text, start, end) = BeforeStart == BeforeEnd ? (After, AfterStart, AfterEnd) : (Before, BeforeStart, BeforeEnd);
            if (!IsReplacement || StartsLine(text, start)) return this;
            var most = end - start;
            for (var by = 1; by <= most && BeforeEnd + by <= to && text[start + by - 1] == text[end + by - 1]; by++)
            {
                if (StartsLine(text, start + by)) return Moved(by);
            }
            for (var by = 1; by <= most && BeforeStart - by >= from && text[start - by] == text[end - by]; by++)
            {
                if (StartsLine(text, start - by) && !SplitsPair(text, end - by)) return Moved(-by);
            }
            return this;
        }

        private Hunk Moved(int by) => this with
        {
            BeforeStart = BeforeStart + by,
            BeforeEnd = BeforeEnd + by,
            AfterStart = AfterStart + by,
            AfterEnd = AfterEnd + by,
        };

        private static bool StartsLine(string text, int at) => at == 0 || text[at - 1] == '\n';

        public List<Hunk> Split(MyersDiff diff, ITokens tokens)
        {
            var before = tokens.Of(Before.AsSpan(BeforeStart, BeforeEnd - BeforeStart), out var beforeStarts);
            var after = tokens.Of(After.AsSpan(AfterStart, AfterEnd - AfterStart), out var afterStarts);
            if (diff.Common(before, after) is not { } common) return [this];
            var hunks = new List<Hunk>();
            var (b, a) = (0, 0);
            foreach (var match in common.Append(new Match(before.Length, after.Length, 0)))
            {
                var between = this with
                {
                    BeforeStart = BeforeStart + beforeStarts[b],
                    BeforeEnd = BeforeStart + beforeStarts[match.Before],
                    AfterStart = AfterStart + afterStarts[a],
                    AfterEnd = AfterStart + afterStarts[match.After],
                };
                if (!between.IsEmpty) hunks.Add(between);
                (b, a) = (match.Before + match.Length, match.After + match.Length);
            }
            return hunks;
        }

        private static bool SplitsPair(ReadOnlySpan<char> text, int at) =>
            at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
    }

    // Cuts a text into comparable pieces; starts[i] is where piece i begins, one more entry gives the end.
    private interface ITokens
    {
        int[] Of(ReadOnlySpan<char> text, out int[] starts);
    }

    // Lines with their line feed; equal lines get equal numbers.
    private sealed class LineNumbers : ITokens
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public int[] Of(ReadOnlySpan<char> text, out int[] starts)
        {
            var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
            var (tokens, begins) = (new List<int>(), new List<int> { 0 });
            for (var start = 0; start < text.Length; start = begins[^1])
            {
                var feed = text[start..].IndexOf('\n');
                var line = feed < 0 ? text[start..] : text.Slice(start, feed + 1);
                if (!lookup.TryGetValue(line, out var number)) lookup[line] = number = _numbers.Count;
                tokens.Add(number);
                begins.Add(start + line.Length);
            }
            starts = [.. begins];
            return [.. tokens];
        }
    }

    // Code points, so that no surrogate pair is ever cut; a lone surrogate is a piece of its own.
    private sealed class Characters : ITokens
    {
        public int[] Of(ReadOnlySpan<char> text, out int[] starts)
        {
            var (tokens, begins) = (new List<int>(text.Length), new List<int>(text.Length + 1) { 0 });
            for (var start = 0; start < text.Length; start = begins[^1])
            {
                var isWhole = Rune.DecodeFromUtf16(text[start..], out var rune, out var length) == System.Buffers.OperationStatus.Done;
                tokens.Add(isWhole ? rune.Value : text[start]);
                begins.Add(start + length);
            }
            starts = [.. begins];
            return [.. tokens];
        }
    }
}
