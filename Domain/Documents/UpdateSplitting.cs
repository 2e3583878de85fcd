using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>Cuts a large update into several that say the same one after the other, so that each is a message of bearable size.</summary>
public static class UpdateSplitting
{
    /// <summary>
    /// Updates of about <paramref name="bytes"/> each, in order; deletions come with the last. Structs are never cut, so one that is larger
    /// is alone in its part.
    /// </summary>
    /// <param name="update">A well-formed update, such as a document encodes.</param>
    /// <param name="bytes">The size at which a part ends; at least 1.</param>
    /// <returns>One or more; the update itself when it is not larger.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> update, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (update.Length <= bytes) return [update];
        var parts = new List<ReadOnlyMemory<byte>>((update.Length / bytes) + 1);
        var part = new Part();
        var reader = new Lib0Reader(update.Span);
        var view = default(StructView);
        for (var blocks = reader.ReadVarUint(); blocks > 0; blocks--)
        {
            var structs = reader.ReadVarUint();
            var client = reader.ReadVarUint();
            var clock = (uint)reader.ReadVarUint();
            part.Begin(client, clock);
            for (; structs > 0; structs--)
            {
                var start = reader.Position;
                StructReader.Read(ref reader, ref view);
                if (!part.IsEmpty && part.Bytes + reader.Position - start > bytes)
                {
                    parts.Add(part.End([0]));
                    part.Begin(client, clock);
                }
                part.Add(update.Span[start..reader.Position]);
                clock += view.Length;
            }
        }
        parts.Add(part.End(update.Span[reader.Position..]));
        return parts;
    }

    /// <summary>Blocks of structs as they were encoded.</summary>
    private sealed class Part
    {
        private readonly List<(int Count, long Client, uint Clock, byte[] Structs)> _blocks = [];
        private readonly List<byte> _structs = [];
        private long _client;
        private uint _clock;
        private int _count;

        public int Bytes { get; private set; }

        public bool IsEmpty => Bytes == 0;

        public void Begin(long client, uint clock)
        {
            EndBlock();
            (_client, _clock) = (client, clock);
        }

        public void Add(ReadOnlySpan<byte> one)
        {
            _structs.AddRange(one);
            _count++;
            Bytes += one.Length;
        }

        public byte[] End(ReadOnlySpan<byte> deletions)
        {
            EndBlock();
            using var writer = new Lib0Writer(Bytes + deletions.Length + 1024);
            writer.WriteVarUint(_blocks.Count);
            foreach (var (count, client, clock, structs) in _blocks)
            {
                writer.WriteVarUint(count);
                writer.WriteVarUint(client);
                writer.WriteVarUint(clock);
                writer.WriteBytes(structs);
            }
            writer.WriteBytes(deletions);
            _blocks.Clear();
            Bytes = 0;
            return writer.ToArray();
        }

        private void EndBlock()
        {
            if (_count > 0) _blocks.Add((_count, _client, _clock, [.. _structs]));
            _structs.Clear();
            _count = 0;
        }
    }
}
