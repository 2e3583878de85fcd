using System.Globalization;
using System.Text.RegularExpressions;
using CollabHub.Tests.Faults.Rig;
using Xunit.Abstractions;

namespace CollabHub.Tests.Faults;

/// <summary>
/// Real nodes behind nginx with stock editors of every kind, and one fault after the other. A short selection, or what
/// <c>COLLABHUB_FAULTS</c> names (<c>F01x100 F06</c>, or <c>all</c>) on <c>COLLABHUB_FAULT_NODES</c> nodes (3); <c>./test faults</c> sets them.
/// Histories and figures lie in <c>artifacts/faults</c>; <c>COLLABHUB_SEED</c> is the seed (1).
/// </summary>
[Collection(nameof(Timed))]
public sealed partial class FaultTests(ITestOutputHelper output)
{
    private const string ShortSelection = "F01 F49";

    private static readonly string? Asked = Environment.GetEnvironmentVariable("COLLABHUB_FAULTS");

    public static TheoryData<string, int> Selection
    {
        get
        {
            var chosen = new TheoryData<string, int>();
            var words = string.IsNullOrWhiteSpace(Asked) ? ShortSelection : Asked == "all" ? string.Join(' ', FaultCases.All.Select(fault => fault.Id)) : Asked;
            foreach (var word in words.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                var match = Word().Match(word);
                if (!match.Success) throw new InvalidOperationException($"{word} is not a fault such as F01 or F01x100.");
                chosen.Add(match.Groups[1].Value, match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 1);
            }
            return chosen;
        }
    }

    [Theory]
    [MemberData(nameof(Selection))]
    public async Task Whatever_breaks_nothing_saved_is_lost_and_everyone_ends_with_the_same(string id, int rounds)
    {
        var fault = FaultCases.All.SingleOrDefault(one => one.Id == id) ?? throw new InvalidOperationException($"There is no {id}; there are {string.Join(", ", FaultCases.All.Select(one => one.Id))}.");
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "faults"));
        await using var cluster = await FaultCluster.StartAsync(Number("COLLABHUB_FAULT_NODES", 3));
        var runner = new FaultRunner(cluster, fault, Number("COLLABHUB_SEED", 1), Number("COLLABHUB_FAULT_SECONDS", Asked is null ? 8 : 60), folder);
        var line = await runner.RunAsync(rounds);
        output.WriteLine(line);
        await File.AppendAllTextAsync(Path.Combine(folder.FullName, "figures.txt"), line + "\n");
        Assert.True(runner.Broken.Count == 0, $"{line}\n{string.Join('\n', runner.Broken)}");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [GeneratedRegex("^(F[0-9]{2})(?:x([0-9]{1,4}))?$")]
    private static partial Regex Word();
}
