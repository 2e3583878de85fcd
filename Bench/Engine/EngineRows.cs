using System.Buffers;
using System.Diagnostics;
using CollabHub.Domain.Documents;
using CollabHub.Tests.Unit.Documents;

namespace CollabHub.Bench.Engine;

/// <summary>The rows of the comparison, measured here. Times in ms unless the row says otherwise.</summary>
internal sealed class EngineRows(BenchInput input)
{
    private string Root => input.Trace.Root;

    /// <summary>Row name to measurement, in the order of printing.</summary>
    public IReadOnlyList<(string Row, Func<double> Measure)> All =>
    [
        ("apply-each", ApplyEach),
        ("apply-merged", () => Best(() => new YDocument(), d => d.Apply(input.Merged), 2000)),
        ("encode", () => OnLoaded(d => d.EncodeStateAsUpdate())),
        ("diff", () => OnLoaded(Diff)),
        ("merge", () => Best(() => input.Small, u => Updates.Merge(u), 1000)),
        ("text", () => OnLoaded(d => d.GetText(Root))),
        ("utf8", () =>
        {
            var buffer = new ArrayBufferWriter<byte>(1 << 17);
            return OnLoaded(d =>
            {
                buffer.ResetWrittenCount();
                d.WriteTextUtf8(Root, buffer);
            });
        }),
        ("random", RandomEdits),
        ("memory", Memory),
        ("small-remote", SmallRemote),
        ("small-remote-bytes", SmallRemoteBytes),
        ("validate", Validate),
        ("edit-each", EditEach),
        ("hostile", () => HostileUpdates.All.Values.Max(made => Hostile([made()]))),
        ("hostile-many", () => Math.Max(Hostile([.. HostileUpdates.AtOnePlace(8, ascending: true)]), Hostile([.. HostileUpdates.AtOnePlace(8, ascending: false)]))),
    ];

    private double ApplyEach() => Best(() => new YDocument(), d =>
    {
        foreach (var update in input.Trace.Updates) d.Apply(update.Span);
    }, 5);

    private double EditEach() => Best(() => new YDocument(), d =>
    {
        foreach (var edit in input.Trace.Edits) d.ApplyTextEdits(Root, 5, [edit]);
    }, 3);

    private double Validate() => Best(() => input.Trace.Updates, updates =>
    {
        foreach (var update in updates)
            if (Updates.Validate(update.Span) != DecodeError.None) throw new InvalidOperationException("The trace is not valid.");
    }, 5);

    private void Diff(YDocument document)
    {
        using var writer = new Lib0Writer(1 << 16);
        document.TryEncodeDiff(input.HalfVector, writer, out _);
    }

    private double RandomEdits()
    {
        var random = new Mulberry32(1);
        using var document = new YDocument();
        var length = 0;
        var edits = new TextEdit[1];
        return Time(() =>
        {
            for (var done = 0; done < input.RandomOperations; done++)
            {
                if (length > 0 && random.Next() % 4 == 0)
                {
                    edits[0] = new TextEdit((int)(random.Next() % (uint)length), 1, "");
                    length--;
                }
                else
                {
                    edits[0] = new TextEdit((int)(random.Next() % (uint)(length + 1)), 0, "x");
                    length++;
                }
                document.ApplyTextEdits("random", 5, edits);
            }
        });
    }

    private double Memory()
    {
        // Many, so that what earlier rows left in the array pools does not count.
        const int Documents = 200;
        var kept = new YDocument[Documents];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Documents; i++) kept[i] = Loaded(input.Merged);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(kept);
        return (after - before) / (double)Documents / 1024;
    }

    private double SmallRemote()
    {
        var least = double.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            using var document = Loaded(input.Million);
            least = Math.Min(least, Time(() =>
            {
                foreach (var update in input.MillionUpdates) document.Apply(update.Span);
            }));
        }
        return least * 1000 / input.MillionUpdates.Count;
    }

    private double SmallRemoteBytes()
    {
        using var document = Loaded(input.Million);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var update in input.MillionUpdates) document.Apply(update.Span);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)input.MillionUpdates.Count;
    }

    private double OnLoaded(Action<YDocument> action)
    {
        using var document = Loaded(input.Merged);
        return Best(() => document, action, 5000);
    }

    private static double Hostile(byte[][] updates) =>
        Best(HostileUpdates.Victim, d =>
        {
            foreach (var update in updates) d.Apply(update);
        }, 40) * (64 << 10) / updates.Sum(u => u.Length);

    private static YDocument Loaded(byte[] state)
    {
        var document = new YDocument();
        if (!document.Apply(state).Ok) throw new InvalidOperationException("The state does not load.");
        return document;
    }

    private static double Best<T>(Func<T> prepare, Action<T> action, int most)
    {
        // Up to two seconds, so that the compiler's last tier is there for the short ones.
        var least = double.MaxValue;
        var total = 0.0;
        for (var run = 0; run < most && (run < 3 || total < 2000); run++)
        {
            var subject = prepare();
            var ms = Time(() => action(subject));
            least = Math.Min(least, ms);
            total += ms;
        }
        return least;
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
