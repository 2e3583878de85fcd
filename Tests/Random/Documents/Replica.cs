using System.Text.Json;
using CollabHub.Domain.Documents;
using CollabHub.Tests.Unit.Documents;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>One participant of a random session: ours, or Yjs behind the oracle.</summary>
internal abstract class Replica
{
    /// <summary>Updates that were sent to it and neither arrived nor got lost yet.</summary>
    public List<byte[]> Inbox { get; } = [];

    public abstract bool Gc { get; }
    public abstract List<byte[]> Edit(Random random, int count, string profile, bool cutPairs);
    public abstract void Apply(IReadOnlyList<byte[]> updates);
    public abstract byte[] Vector();
    public abstract byte[] Diff(byte[] vector);
    public abstract JsonElement State();
}

internal sealed class YjsReplica(Oracle oracle, int index, bool gc) : Replica
{
    public override bool Gc => gc;
    public override List<byte[]> Edit(Random random, int count, string profile, bool cutPairs) => oracle.Edit(index, random.Next(), count, profile, cutPairs);
    public override void Apply(IReadOnlyList<byte[]> updates) => oracle.Apply(index, updates);
    public override byte[] Vector() => oracle.Vector(index);
    public override byte[] Diff(byte[] vector) => oracle.Diff(index, vector);
    public override JsonElement State() => oracle.State(index);
}

internal sealed class OurReplica(long client, bool gc) : Replica, IDisposable
{
    private static readonly string[] Words = ["a", "bc", "our ", "é", "漢", "😀", "x😀y", "line\n", "a longer piece of text "];

    public YDocument Document { get; } = new(new DocumentOptions { GarbageCollect = gc });

    public override bool Gc => gc;

    public override List<byte[]> Edit(Random random, int count, string profile, bool cutPairs)
    {
        var updates = new List<byte[]>();
        for (; count > 0; count--)
        {
            var text = Document.GetText("t");
            Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(text), Document.TextBytes("t"));
            var edits = new List<TextEdit>();
            for (var at = 0; at <= text.Length && edits.Count < 4;)
            {
                at = Whole(text, at + random.Next(text.Length + 1));
                if (at > text.Length) break;
                var end = random.Next(3) == 0 ? Whole(text, Math.Min(text.Length, at + random.Next(8))) : at;
                edits.Add(new TextEdit(at, end - at, random.Next(3) == 0 ? "" : Words[random.Next(Words.Length)]));
                at = end + 1;
            }
            if (Document.ApplyTextEdits("t", client, edits) is { } update) updates.Add(update);
        }
        return updates;
    }

    public override void Apply(IReadOnlyList<byte[]> updates)
    {
        foreach (var update in updates)
        {
            var known = Document.Contains(update);
            var result = Document.Apply(update);
            Assert.Equal(DecodeError.None, result.Error);
            if (known) Assert.False(result.Changed);
        }
    }

    public override byte[] Vector() => Document.EncodeStateVector();

    public override byte[] Diff(byte[] vector)
    {
        using var writer = new Lib0Writer();
        Assert.True(Document.TryEncodeDiff(vector, writer, out _));
        return writer.ToArray();
    }

    public override JsonElement State() => ExpectedRoot.Json(to =>
    {
        to.WriteStartObject();
        to.WriteString("vector", Convert.ToBase64String(Document.EncodeStateVector()));
        to.WriteString("update", Convert.ToBase64String(Document.EncodeStateAsUpdate()));
        to.WriteBoolean("pending", Document.HasPending);
        to.WriteString("text", Document.GetText("t"));
        to.WriteNumber("length", Document.TextLength("t"));
        to.WritePropertyName("delta");
        Document.WriteDelta("t", to);
        to.WritePropertyName("map");
        Document.WriteJson("m", RootKind.Map, to);
        to.WritePropertyName("array");
        Document.WriteJson("a", RootKind.Array, to);
        to.WriteString("xml", Document.GetXml("x"));
        to.WriteEndObject();
    });

    public void Dispose() => Document.Dispose();

    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at + 1 : at;
}
