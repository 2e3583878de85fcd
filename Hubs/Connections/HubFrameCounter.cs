using System.Buffers;

namespace CollabHub.Hubs.Connections;

/// <summary>Counts the messages in a hub connection's bytes, in pieces of any size: records that end with 0x1E, or a length before each.</summary>
public sealed class HubFrameCounter
{
    private const byte RecordSeparator = 0x1e;
    private const int MaxLengthBytes = 5;

    // The handshake is JSON in both protocols; the word in it decides.
    private static readonly byte[] Word = "messagepack"u8.ToArray();

    private bool _shookHands;
    private bool _isPack;
    private int _matched;
    private long _body;
    private int _lengthBytes;

    /// <summary>Messages that end in these bytes (JSON), or begin in them (MessagePack).</summary>
    public int Count(ReadOnlySequence<byte> bytes)
    {
        var count = 0;
        foreach (var part in bytes) count += Count(part.Span);
        return count;
    }

    private int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        while (!bytes.IsEmpty)
        {
            if (_shookHands && !_isPack) return count + bytes.Count(RecordSeparator);
            if (_shookHands)
            {
                count += SkipPacked(ref bytes);
                continue;
            }
            count += ShakeHands(bytes[0]);
            bytes = bytes[1..];
        }
        return count;
    }

    private int ShakeHands(byte next)
    {
        _matched = _matched < Word.Length && next == Word[_matched] ? _matched + 1 : _matched == Word.Length ? _matched : next == Word[0] ? 1 : 0;
        if (next != RecordSeparator) return 0;
        _shookHands = true;
        _isPack = _matched == Word.Length;
        return 1;
    }

    private int SkipPacked(ref ReadOnlySpan<byte> bytes)
    {
        if (_lengthBytes < 0)
        {
            var skipped = (int)Math.Min(_body, bytes.Length);
            _body -= skipped;
            bytes = bytes[skipped..];
            if (_body == 0) _lengthBytes = 0;
            return 0;
        }
        var next = bytes[0];
        bytes = bytes[1..];
        _body |= (long)(next & 0x7f) << (7 * _lengthBytes);
        // A length that never ends is no message; SignalR ends the connection.
        if ((next & 0x80) != 0 && ++_lengthBytes < MaxLengthBytes) return 0;
        _lengthBytes = _body == 0 ? 0 : -1;
        return 1;
    }
}
