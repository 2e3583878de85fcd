using System.Buffers;
using System.Runtime.CompilerServices;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>All structs of a document, in chunks of 1,024 records. Handle 0 is nothing.</summary>
/// <remarks>A reference is good until the next <see cref="Allocate"/>: the first chunk grows with small documents.</remarks>
internal sealed class ItemTable
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private Item[][] _chunks = [new Item[16]];
    private int _chunkCount = 1;
    private uint _next = 1;
    private uint _free;

    /// <summary>Structs in use.</summary>
    public int Count { get; private set; }

    /// <summary>Handles ever given out; all smaller ones are valid to look at.</summary>
    public uint HandleLimit => _next;

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 0;
            for (var i = 0; i < _chunkCount; i++) bytes += (long)_chunks[i].Length * Unsafe.SizeOf<Item>();
            return bytes;
        }
    }

    public ref Item this[uint handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[handle >> ChunkBits][handle & (ChunkSize - 1)];
    }

    /// <summary>A cleared record.</summary>
    public uint Allocate()
    {
        Count++;
        if (_free != 0)
        {
            var reused = _free;
            ref var record = ref this[reused];
            _free = record.Right;
            record = default;
            return reused;
        }
        var handle = _next++;
        if (handle >> ChunkBits >= _chunkCount) AddChunk();
        else if (_chunkCount == 1 && handle >= _chunks[0].Length) GrowFirst();
        this[handle] = default;
        return handle;
    }

    /// <summary>Gives the chunks back; the table must not be used afterwards.</summary>
    public void Release()
    {
        for (var i = 0; i < _chunkCount; i++)
            if (_chunks[i].Length == ChunkSize) ArrayPool<Item>.Shared.Return(_chunks[i]);
        _chunks = [];
        _chunkCount = 0;
    }

    private void GrowFirst()
    {
        var larger = _chunks[0].Length * 4 < ChunkSize ? new Item[_chunks[0].Length * 4] : ArrayPool<Item>.Shared.Rent(ChunkSize);
        _chunks[0].CopyTo(larger, 0);
        _chunks[0] = larger;
    }

    public void Free(uint handle)
    {
        ref var record = ref this[handle];
        record = default;
        record.Right = _free;
        _free = handle;
        Count--;
    }

    private void AddChunk()
    {
        if (_chunkCount == _chunks.Length) Array.Resize(ref _chunks, _chunks.Length * 2);
        _chunks[_chunkCount++] = ArrayPool<Item>.Shared.Rent(ChunkSize);
    }
}
