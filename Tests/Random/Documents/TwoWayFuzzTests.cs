using System.Globalization;
using Xunit.Abstractions;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>Our engine and real Yjs in the same random sessions. A failure names its seed; keep it in <see cref="Regressions"/>.</summary>
/// <remarks>COLLABHUB_FUZZ_MINUTES runs longer, COLLABHUB_FUZZ_SEED starts elsewhere.</remarks>
[Trait("Category", "Fuzz")]
public class TwoWayFuzzTests(ITestOutputHelper output)
{
    private const int WantedOperations = 200_000;

    public static TheoryData<int> Regressions => [1];

    [Fact]
    public void Ours_and_Yjs_come_to_the_same_document()
    {
        var seed = Number("COLLABHUB_FUZZ_SEED", 1000);
        var minutes = Number("COLLABHUB_FUZZ_MINUTES", 0);
        var first = seed;
        var operations = 0L;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var oracle = new Oracle();
        for (; operations < WantedOperations || clock.Elapsed.TotalMinutes < minutes; seed++) operations += RunSession(oracle, seed);
        output.WriteLine($"{operations:N0} transactions in {seed - first} sessions, seeds {first} to {seed - 1}, {clock.Elapsed.TotalSeconds:F0} s");
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void What_failed_once_stays_right(int seed)
    {
        using var oracle = new Oracle();
        Assert.True(RunSession(oracle, seed) > 0);
    }

    private static int RunSession(Oracle oracle, int seed)
    {
        var session = new Session(oracle, seed);
        try
        {
            session.Run(rounds: 5 + (seed % 40), most: 4 + (seed % 17));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
        }
        return session.Operations;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
