using System.Diagnostics;
using System.Globalization;
using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>What we write, the programs that everybody has must be able to apply.</summary>
public sealed class UnifiedDiffTests : IDisposable
{
    private const int Pairs = 300;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("collabhub-diff-");

    [Fact]
    public void Equal_texts_have_no_difference() => Assert.Equal("", UnifiedDiff.Between("a\nb", "a\nb", "a", "b"));

    [Fact]
    public void A_changed_line_stands_between_three_lines_of_context()
    {
        var before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        Assert.Equal(
            "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
            UnifiedDiff.Between(before, before.Replace("5", "five", StringComparison.Ordinal), "a/x", "b/x"));
    }

    [Fact]
    public void Changes_that_share_context_share_a_hunk_and_others_do_not()
    {
        var lines = Enumerable.Range(1, 40).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
        string With(params int[] changed) => string.Concat(lines.Select((line, i) => (changed.Contains(i + 1) ? line + "!" : line) + "\n"));
        Assert.Equal(1, Hunks(UnifiedDiff.Between(With(), With(10, 17), "a", "b")));
        Assert.Equal(2, Hunks(UnifiedDiff.Between(With(), With(10, 18), "a", "b")));
    }

    [Fact]
    public void A_missing_last_line_feed_is_said() => Assert.Equal(
        "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n", UnifiedDiff.Between("x", "x\n", "a", "b"));

    [Theory]
    [InlineData("", "one\n", "@@ -0,0 +1 @@")]
    [InlineData("one\n", "", "@@ -1 +0,0 @@")]
    [InlineData("one\ntwo\n", "zero\none\ntwo\n", "@@ -1,2 +1,3 @@")]
    public void Empty_sides_are_named_by_the_line_before(string before, string after, string header) =>
        Assert.Contains(header, UnifiedDiff.Between(before, after, "a", "b"), StringComparison.Ordinal);

    [Fact]
    public void Texts_with_nothing_in_common_are_replaced_in_bounded_time()
    {
        var before = string.Concat(Enumerable.Range(0, 30_000).Select(n => $"a{n}\n"));
        var after = string.Concat(Enumerable.Range(0, 30_000).Select(n => $"b{n}\n"));
        Assert.StartsWith("--- a\n+++ b\n@@ -1,30000 +1,30000 @@\n", UnifiedDiff.Between(before, after, "a", "b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_and_patch_apply_what_is_written_for_random_pairs()
    {
        var random = new Random(20260101);
        var script = new StringBuilder("set -e\n");
        for (var i = 0; i < Pairs; i++)
        {
            var before = RandomText(random);
            var after = Mutated(random, before);
            var diff = UnifiedDiff.Between(before, after, $"a/file {i}.txt\tversion 1", $"b/file {i}.txt\tnow");
            if (diff.Length == 0 || before.Length == 0) continue;
            await WriteAsync($"file {i}.txt", before);
            await WriteAsync($"git/file {i}.txt", before);
            await WriteAsync($"expected/{i}", after);
            await WriteAsync($"{i}.diff", diff);
            script.Append(CultureInfo.InvariantCulture, $"(cd git && git apply --whitespace=nowarn -p1 ../{i}.diff) && cmp 'git/file {i}.txt' expected/{i}\n");
            if (IsInstalled) script.Append(CultureInfo.InvariantCulture, $"patch --binary -s -p1 -i {i}.diff 'file {i}.txt' && cmp 'file {i}.txt' expected/{i}\n");
        }
        await WriteAsync("all.sh", script.ToString());
        var (code, output) = await RunAsync();
        Assert.True(code == 0, output);
        Assert.True(script.ToString().Split("git apply").Length > Pairs / 2);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "patch")));

    private static int Hunks(string diff) => diff.Split('\n').Count(line => line.StartsWith("@@", StringComparison.Ordinal));

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var lines = random.Next(0, 60); lines > 0; lines--) text.Append(RandomLine(random)).Append(random.Next(6) == 0 ? "\r\n" : "\n");
        if (random.Next(2) == 0) text.Append(RandomLine(random));
        return text.ToString();
    }

    private static string RandomLine(Random random)
    {
        string[] words = ["", "a", "b", "if (x) {", "}", "\treturn 😀;", "ünï", "-", "+x", "@@ -1 +1 @@", "\\ No newline at end of file", " ", "--- a/file", "e\u0301"];
        return string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => words[random.Next(words.Length)]));
    }

    private static string Mutated(Random random, string text)
    {
        var lines = text.Split('\n').ToList();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            var at = random.Next(lines.Count + 1);
            if (random.Next(3) == 0 && at < lines.Count) lines.RemoveAt(at);
            else if (random.Next(2) == 0 && at < lines.Count) lines[at] = RandomLine(random);
            else lines.Insert(at, RandomLine(random));
        }
        return string.Join('\n', lines);
    }

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }

    private async Task<(int Code, string Output)> RunAsync()
    {
        var start = new ProcessStartInfo("sh", ["all.sh"]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
