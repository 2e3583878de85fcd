using System.Diagnostics;
using CollabHub.Domain.Documents;
using Xunit.Abstractions;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Bytes that are cut, flipped or made to hurt.</summary>
public class HostileInputTests(ITestOutputHelper output)
{
    private const int WantedUpdates = 500;

    [Fact]
    public void Every_truncation_of_real_updates_is_refused_and_changes_nothing()
    {
        var tried = 0;
        foreach (var (state, update) in RealUpdates())
        {
            using var document = Loaded(state);
            var before = document.EncodeStateAsUpdate();
            for (var length = 0; length < update.Length; length++, tried++)
            {
                var result = document.Apply(update.AsSpan(0, length));
                if (result.Ok || result.Changed) Assert.Fail($"{Convert.ToBase64String(update)} cut to {length}: {result}");
                if (!document.EncodeStateAsUpdate().AsSpan().SequenceEqual(before)) Assert.Fail($"{Convert.ToBase64String(update)} cut to {length} changed the document.");
            }
        }
        Assert.True(tried > 10_000);
    }

    [Fact]
    public void Every_flipped_bit_of_real_updates_is_refused_or_leaves_a_sound_document()
    {
        int refused = 0, accepted = 0;
        foreach (var (state, update) in RealUpdates())
        {
            var document = Loaded(state);
            var before = document.EncodeStateAsUpdate();
            for (var bit = 0; bit < update.Length * 8; bit++)
            {
                update[bit >> 3] ^= (byte)(1 << (bit & 7));
                var result = document.Apply(update);
                if (result.Ok)
                {
                    accepted++;
                    AssertSound(document, update);
                    document.Dispose();
                    document = Loaded(state);
                }
                else
                {
                    refused++;
                    if (!document.EncodeStateAsUpdate().AsSpan().SequenceEqual(before)) Assert.Fail($"{Convert.ToBase64String(update)} was refused and changed the document.");
                }
                update[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
            document.Dispose();
        }
        Assert.True(refused > 10_000 && accepted > 1_000, $"{refused} refused, {accepted} accepted");
    }

    public static TheoryData<string> Hostile => [.. HostileUpdates.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Nothing_hostile_takes_much_time_or_memory(string name)
    {
        var update = HostileUpdates.All[name]();
        Assert.True(update.Length <= 64 << 10);
        Updates.Validate(update);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Updates.Validate(update);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= (2 * update.Length) + (64 << 10), $"{allocated:N0} bytes to validate {update.Length:N0}");

        var least = double.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            using var document = HostileUpdates.Victim();
            var start = Stopwatch.GetTimestamp();
            document.Apply(update);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        output.WriteLine($"{name}: {update.Length:N0} bytes, {least:F1} ms, {allocated:N0} bytes allocated to validate");
        // A bound for a busy machine and an unoptimised build; the steps are counted below, and docs/decisions/0003-document-engine.md has the times.
        Assert.True(least < 3000, $"{least:F1} ms");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void No_conflict_takes_many_steps(string name)
    {
        using var document = HostileUpdates.Victim();
        var before = document.ItemCount;
        document.Apply(HostileUpdates.All[name]());
        AssertFewSteps(document, before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nor_do_many_updates_at_one_place(bool ascending)
    {
        using var document = HostileUpdates.Victim();
        foreach (var update in HostileUpdates.AtOnePlace(8, ascending)) Assert.True(document.Apply(update).Ok);
        Assert.True(document.ItemCount > 30_000);
        AssertFewSteps(document, 0);
    }

    [Fact]
    public void The_scan_alone_would_take_many_steps()
    {
        using var document = new YDocument { IndexConflictsAbove = uint.MaxValue };
        document.ApplyTextEdits("t", 1, [new TextEdit(0, 0, new string('v', 30_000))]);
        document.Apply(HostileUpdates.All["all at one place with different right neighbours"]());
        Assert.True(document.ConflictSteps > 1000L * document.ItemCount / 2, $"{document.ConflictSteps:N0} steps");
    }

    private void AssertFewSteps(YDocument document, int before)
    {
        var items = document.ItemCount - before;
        output.WriteLine($"{items:N0} items, {document.ConflictSteps:N0} steps");
        Assert.True(document.ConflictSteps <= 5_000 + (400L * items), $"{document.ConflictSteps:N0} steps for {items:N0} items");
    }

    private static YDocument Loaded(byte[] state)
    {
        var document = new YDocument();
        Assert.True(document.Apply(state).Ok);
        return document;
    }

    private static void AssertSound(YDocument document, byte[] update)
    {
        using var copy = new YDocument();
        var encoded = document.EncodeStateAsUpdate();
        if (!copy.Apply(encoded).Ok || copy.GetText("t") != document.GetText("t") || !copy.EncodeStateVector().AsSpan().SequenceEqual(document.EncodeStateVector()))
            Assert.Fail($"{Convert.ToBase64String(update)} left a document that does not survive being stored.");
    }

    /// <summary>Updates of all kinds of types, each with the state it came to.</summary>
    private static IEnumerable<(byte[] State, byte[] Update)> RealUpdates()
    {
        var files = new[] { "fuzz-mixed.json", "fuzz-rich.json", "fuzz-xml.json", "fuzz-map.json", "fuzz-array.json" };
        return files.SelectMany(file => Vectors.Sessions(file).SelectMany(updates =>
        {
            var made = new List<(byte[], byte[])>();
            using var document = new YDocument();
            foreach (var update in updates)
            {
                if (update.Length < 400) made.Add((document.EncodeStateAsUpdate(), update));
                document.Apply(update);
            }
            return made.Take(10);
        }).Take(WantedUpdates / files.Length));
    }
}
