using System.Diagnostics;
using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

public class TextDiffTests
{
    private static readonly string[] Alphabet = ["a", "b", "c", " ", "\n", "\n", "😀", "😁", "🙀", "é", "\ud83d", "\ude00"];

    [Theory]
    [InlineData("", "", "")]
    [InlineData("same", "same", "")]
    [InlineData("", "new", "0-0+new")]
    [InlineData("old", "", "0-3+")]
    [InlineData("hello world", "hello brave world", "6-0+brave ")]
    [InlineData("aXbYc", "aUbVc", "1-1+U 3-1+V")]
    [InlineData("one\ntwo\nthree\n", "one\n2\nthree\nfour\n", "4-3+2 14-0+four\n")]
    [InlineData("a😀b", "a😁b", "1-2+😁")]
    [InlineData("😀", "🐀", "0-2+🐀")]
    [InlineData("one\ntwo\n", "one\none\ntwo\n", "4-0+one\n")]
    [InlineData("a\nx b\nx c\n", "a\nx c\n", "2-4+")]
    [InlineData("f(1)\nend", "f(1)\nf(2)\nend", "5-0+f(2)\n")]
    [InlineData("a\nb\nc\nd\n", "b\nc\nd\na\n", "0-2+ 8-0+a\n")]
    public void The_edits_are_the_obvious_ones(string before, string after, string edits)
    {
        var found = TextDiff.Between(before, after);
        Assert.Equal(edits, string.Join(' ', found.Select(e => $"{e.Position}-{e.Deleted}+{e.Inserted}")));
        Check(before, after, found);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced_as_a_whole()
    {
        Assert.Equal([new TextEdit(0, 1, "😀")], TextDiff.Between("\ud83d", "😀"));
        Assert.Equal([new TextEdit(0, 1, "😀")], TextDiff.Between("\ude00", "😀"));
        Assert.Equal([new TextEdit(0, 2, "\ud83d")], TextDiff.Between("😀", "\ud83d"));
        Assert.Equal([new TextEdit(1, 1, "😀")], TextDiff.Between("x\ude00y", "x😀y"));
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 60)]
    [InlineData(3, 400)]
    public void Random_texts_become_each_other(int seed, int length)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var before = RandomText(random, random.Next(length));
            var after = random.Next(3) == 0 ? RandomText(random, random.Next(length)) : Mutate(random, before, random.Next(1, 6));
            Check(before, after, TextDiff.Between(before, after));
        }
    }

    [Fact]
    public void Between_short_texts_no_edit_script_is_smaller()
    {
        var random = new Random(4);
        for (var run = 0; run < 3000; run++)
        {
            // One line: with several, whole lines are kept together at the price of a few characters.
            var before = RandomText(random, random.Next(14)).Replace("\n", "x", StringComparison.Ordinal);
            var after = Mutate(random, before, random.Next(1, 5)).Replace("\n", "x", StringComparison.Ordinal);
            var size = TextDiff.Between(before, after).Sum(e => Runes(before.Substring(e.Position, e.Deleted)) + Runes(e.Inserted));
            Assert.True(size == SmallestSize(before, after), $"seed 4, run {run}: {size}");
        }
    }

    [Fact]
    public void Few_changes_in_a_text_of_1_MB_are_found_one_by_one()
    {
        var random = new Random(5);
        var before = LargeText(random, 1 << 20);
        var after = before;
        var positions = Enumerable.Range(0, 100).Select(i => i * 10_000 + 5000).Reverse();
        foreach (var position in positions) after = after.Insert(position, "§");
        var edits = TextDiff.Between(before, after);
        Check(before, after, edits);
        Assert.Equal(100, edits.Count);
        Assert.Equal(100, edits.Sum(e => e.Deleted + e.Inserted.Length));
    }

    public static TheoryData<string> HardPairs => ["unrelated", "one line", "reversed", "repetitive", "every line", "every second line"];

    [Theory]
    [MemberData(nameof(HardPairs))]
    public void Texts_of_1_MB_take_bounded_time_however_different(string pair)
    {
        var random = new Random(6);
        var text = LargeText(random, 1 << 20);
        var lines = text.Split('\n');
        var (before, after) = pair switch
        {
            "unrelated" => (text, LargeText(random, 1 << 20)),
            "one line" => (text.Replace('\n', ' '), LargeText(random, 1 << 20).Replace('\n', ' ')),
            "reversed" => (text, string.Join('\n', lines.Reverse())),
            "repetitive" => (string.Concat(Enumerable.Repeat("a\nb\n", 1 << 18)), string.Concat(Enumerable.Repeat("b\na\na\n", 180_000))),
            "every line" => (text, string.Join('\n', lines.Select(line => "  " + line))),
            _ => (text, string.Join('\n', lines.Select((line, i) => i % 2 == 0 ? line : line + ";"))),
        };
        var clock = Stopwatch.StartNew();
        var edits = TextDiff.Between(before, after);
        var elapsed = clock.Elapsed;
        Check(before, after, edits);
        // Ten times what it takes on a small machine without optimisation, and far from what an unbounded search would take.
        Assert.True(elapsed < TimeSpan.FromSeconds(5), $"{elapsed}");
    }

    private static void Check(string before, string after, IReadOnlyList<TextEdit> edits)
    {
        Assert.Equal(after, Applied(before, edits));
        Assert.True(edits.Sum(e => (long)e.Deleted + e.Inserted.Length) <= TrimmedSize(before, after));
        var end = -1;
        var shift = 0;
        foreach (var edit in edits)
        {
            Assert.True(edit.Position > end, "ascending and apart");
            Assert.True(edit.Deleted + edit.Inserted.Length > 0, "an edit does something");
            end = edit.Position + edit.Deleted;
            Assert.False(SplitsPair(before, edit.Position) || SplitsPair(before, end));
            Assert.False(SplitsPair(after, edit.Position + shift) || SplitsPair(after, edit.Position + shift + edit.Inserted.Length));
            shift += edit.Inserted.Length - edit.Deleted;
        }
    }

    private static string Applied(string before, IReadOnlyList<TextEdit> edits)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var edit in edits)
        {
            text.Append(before, at, edit.Position - at).Append(edit.Inserted);
            at = edit.Position + edit.Deleted;
        }
        return text.Append(before, at, before.Length - at).ToString();
    }

    private static int TrimmedSize(string before, string after)
    {
        var (prefix, suffix, shorter) = (0, 0, Math.Min(before.Length, after.Length));
        while (prefix < shorter && before[prefix] == after[prefix]) prefix++;
        if (SplitsPair(before, prefix) || SplitsPair(after, prefix)) prefix--;
        while (suffix < shorter - prefix && before[^(suffix + 1)] == after[^(suffix + 1)]) suffix++;
        if (SplitsPair(before, before.Length - suffix) || SplitsPair(after, after.Length - suffix)) suffix--;
        return before.Length + after.Length - 2 * (prefix + suffix);
    }

    private static bool SplitsPair(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);

    private static int SmallestSize(string before, string after)
    {
        var (a, b) = (before.EnumerateRunesAndHalves(), after.EnumerateRunesAndHalves());
        var common = new int[a.Count + 1, b.Count + 1];
        for (var i = 1; i <= a.Count; i++)
            for (var j = 1; j <= b.Count; j++)
                common[i, j] = a[i - 1] == b[j - 1] ? common[i - 1, j - 1] + 1 : Math.Max(common[i - 1, j], common[i, j - 1]);
        return a.Count + b.Count - 2 * common[a.Count, b.Count];
    }

    private static int Runes(string text) => text.EnumerateRunesAndHalves().Count;

    private static string RandomText(Random random, int pieces) =>
        string.Concat(Enumerable.Range(0, pieces).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

    private static string Mutate(Random random, string text, int times)
    {
        for (; times > 0; times--)
        {
            var from = random.Next(text.Length + 1);
            text = text.Remove(from, random.Next(Math.Min(5, text.Length - from + 1))).Insert(from, RandomText(random, random.Next(4)));
        }
        return text;
    }

    private static string LargeText(Random random, int length)
    {
        var text = new StringBuilder(length + 80);
        while (text.Length < length)
        {
            for (var words = random.Next(12); words > 0; words--) text.Append("word").Append(random.Next(5000)).Append(' ');
            text.Append('\n');
        }
        return text.ToString();
    }
}

internal static class RunesAndHalves
{
    public static List<int> EnumerateRunesAndHalves(this string text)
    {
        var found = new List<int>();
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            found.Add(isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at]);
            if (isPair) at++;
        }
        return found;
    }
}
