using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Fuzz;

/// <summary>One check per decoder: throws when bytes make it break a promise. The fuzzer runs them on mutants, ordinary tests on what it found.</summary>
public static class FuzzTargets
{
    /// <summary>Bytes that decoding may allocate beyond twice its input before it has validated.</summary>
    private const int Slack = 64 << 10;

    /// <summary>Name to check.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["update"] = Apply,
        ["updates"] = MergeAndDiff,
        ["state-vector"] = DecodeStateVector,
        ["awareness"] = DecodeAwareness,
        ["sync-frame"] = DecodeSyncFrame,
        ["hocuspocus-frame"] = DecodeHocuspocusFrame,
        ["relative-position"] = DecodeRelativePosition,
    };

    // Made late: what is instrumented must not run before the fuzzer has set up its memory.
    private static readonly Lazy<byte[]> Stored = new(Existing);

    private static byte[] Before => Stored.Value;

    /// <summary>A refused update leaves the document as it was; an accepted one a document that survives being stored.</summary>
    private static void Apply(byte[] bytes)
    {
        var refused = Bounded(bytes, () => Updates.Validate(bytes)) != DecodeError.None;
        using var document = new YDocument { IndexConflictsAbove = 2 };
        document.Apply(Before);
        var result = document.Apply(bytes);
        var after = document.EncodeStateAsUpdate();
        if (!result.Ok)
        {
            Must(!result.Changed && after.AsSpan().SequenceEqual(Before), "A refused update changed the document.");
            return;
        }
        Must(!refused, "An update that is not valid was applied.");
        Must(!document.Apply(bytes).Changed, "The second time changed something.");
        using var copy = new YDocument();
        Must(copy.Apply(after).Ok, "The state does not load.");
        Must(copy.EncodeStateVector().AsSpan().SequenceEqual(document.EncodeStateVector()), "The loaded state vector differs.");
        Must(copy.TextLength("t") == document.TextLength("t") && copy.HasPending == document.HasPending, "The loaded state differs.");
        using var plain = new YDocument { IndexConflictsAbove = uint.MaxValue };
        plain.Apply(Before);
        plain.Apply(bytes);
        Must(plain.GetText("t") == document.GetText("t"), "The conflict index places items elsewhere than the scan.");
    }

    /// <summary>Two updates, divided by the first byte: merging loses nothing that applying both has, and a difference to everything is empty.</summary>
    private static void MergeAndDiff(byte[] bytes)
    {
        if (bytes.Length == 0) return;
        var cut = Math.Min(bytes.Length, 1 + bytes[0]);
        var parts = new[] { bytes[1..cut], bytes[cut..] };
        if (Bounded(bytes, () => Updates.Validate(parts[0])) != DecodeError.None) return;
        var vector = Updates.StateVectorOf(parts[0]);
        Must(Updates.Validate(Updates.Diff(parts[0], vector)) == DecodeError.None, "A difference is not valid.");
        Must(Updates.Validate(Updates.Normalize(parts[0])) == DecodeError.None, "A normal form is not valid.");
        if (Updates.Validate(parts[1]) != DecodeError.None) return;
        var merged = Updates.Merge([parts[0], parts[1]]);
        Must(Updates.Validate(merged) == DecodeError.None, "A merged update is not valid.");
        Must(Updates.Normalize(merged).AsSpan().SequenceEqual(merged), "A merged update is not in normal form.");
        using var document = new YDocument();
        Must(document.Apply(merged).Ok, "A merged update does not load.");
    }

    private static void DecodeStateVector(byte[] bytes)
    {
        var decoded = Bounded(bytes, () => StateVector.TryDecode(bytes, out _, out _));
        using var document = new YDocument();
        document.Apply(Before);
        using var writer = new Lib0Writer();
        var answered = document.TryEncodeDiff(bytes, writer, out var error);
        Must(answered == decoded && (answered || error != DecodeError.None), "What a vector is depends on who reads it.");
        if (answered) Must(Updates.Validate(writer.ToArray()) == DecodeError.None, "A difference is not valid.");
    }

    private static void DecodeAwareness(byte[] bytes)
    {
        IReadOnlyList<AwarenessEntry> entries = [];
        var error = Bounded(bytes, () => AwarenessMessage.Decode(bytes, AwarenessLimits.Default, out entries));
        if (error != DecodeError.None)
        {
            Must(entries.Count == 0, "A refused message has entries.");
            return;
        }
        var again = AwarenessMessage.Decode(AwarenessMessage.Encode([.. entries]), AwarenessLimits.Default, out var same);
        Must(again == DecodeError.None && same.Count == entries.Count, "Encoded entries do not decode.");
    }

    private static void DecodeSyncFrame(byte[] bytes) =>
        Bounded(bytes, () => YWebsocketFrame.Decode(bytes, out var messages) == DecodeError.None || messages.Count == 0 ? 0 : throw new InvalidOperationException("A refused frame has messages."));

    private static void DecodeHocuspocusFrame(byte[] bytes)
    {
        HocuspocusFrame? frame = null;
        var error = Bounded(bytes, () => HocuspocusCodec.Decode(bytes, out frame));
        if (error != DecodeError.None || frame!.Kind == HocuspocusKind.Unknown) return;
        var encoded = HocuspocusCodec.Encode(frame);
        Must(HocuspocusCodec.Decode(encoded, out var again) == DecodeError.None, "An encoded frame does not decode.");
        Must(HocuspocusCodec.Encode(again!).AsSpan().SequenceEqual(encoded), "An encoded frame decodes to another one.");
    }

    private static void DecodeRelativePosition(byte[] bytes)
    {
        var position = new RelativePosition();
        if (!Bounded(bytes, () => RelativePosition.TryDecode(bytes, out position, out _))) return;
        using var document = new YDocument();
        document.Apply(Before);
        var encoded = position.Encode();
        Must(RelativePosition.TryDecode(encoded, out var again, out _) && again == position, "An encoded position decodes to another one.");
    }

    /// <summary>Runs a decoder and holds it to the memory it may take.</summary>
    private static T Bounded<T>(byte[] bytes, Func<T> decode)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = decode();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Must(allocated <= (2L * bytes.Length) + Slack, $"{allocated} bytes were allocated for {bytes.Length}.");
        return result;
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }

    private static byte[] Existing()
    {
        using var document = new YDocument();
        document.ApplyTextEdits("t", 1, [new TextEdit(0, 0, "what was there before")]);
        document.ApplyTextEdits("t", 2, [new TextEdit(5, 3, "we"), new TextEdit(12, 0, "é😀")]);
        return document.EncodeStateAsUpdate();
    }
}
