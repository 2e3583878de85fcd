using System.Globalization;
using CollabHub.Tests.Functional.Clients;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Revocation;

/// <summary>
/// How soon somebody who types is cut off, on every edge and for every way to lose the right: 30 rounds, or 1,000 with COLLABHUB_LONG.
/// </summary>
[Collection(nameof(Timed))]
public class RevocationTests(ITestOutputHelper output)
{
    private const double LimitMs = 1000;

    [Fact]
    public async Task Nothing_is_delivered_to_or_accepted_from_someone_a_second_after_he_lost_the_right()
    {
        await using var hub = TestHub.Start();
        var all = new List<Measured>();
        var rounds = NodeRig.IsLong ? 1000 : 30;
        const int atOnce = 8;
        for (var first = 0; first < rounds; first += atOnce)
        {
            all.AddRange(await Task.WhenAll(Enumerable.Range(first, Math.Min(atOnce, rounds - first)).Select(round =>
                RevocationRound.RunAsync(hub, VictimEditor.Edges[round % 4], RevocationRound.Ways[round / 4 % 4]))));
        }
        Print("all", all);
        foreach (var edge in VictimEditor.Edges) Print(edge, all.Where(m => m.Edge == edge));
        foreach (var how in RevocationRound.Ways) Print(how, all.Where(m => m.How == how));
        Assert.DoesNotContain(all, m => m.Worst > LimitMs);
    }

    [Theory]
    [InlineData("messagepack")]
    [InlineData("yjs")]
    [InlineData("hocuspocus")]
    public async Task The_rig_notices_when_nothing_is_taken_away(string edge)
    {
        await using var hub = TestHub.Start();
        var measured = await RevocationRound.RunAsync(hub, edge, "nothing");
        Assert.True(measured.Delivered > LimitMs, $"{measured}");
        Assert.True(measured.Accepted > LimitMs, $"{measured}");
    }

    private void Print(string what, IEnumerable<Measured> some)
    {
        var sorted = some.Select(m => m.Worst).Order().ToArray();
        if (sorted.Length == 0) return;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-12} {sorted.Length,5} rounds  p50 {At(sorted, 0.5):F0} ms  p99 {At(sorted, 0.99):F0} ms  max {sorted[^1]:F0} ms"));
    }

    private static double At(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
}
