namespace CollabHub.Domain.Documents.Engine;

/// <summary>
/// Writes the structs of one client one after the other, joining those that say the same as one: the normal form of
/// docs/algorithm.md, section 11. Holes become Skips.
/// </summary>
internal sealed class StructJoiner(Lib0Writer to) : IDisposable
{
    private readonly Lib0Writer _body = new(1024);
    private readonly Lib0Writer _content = new(256);
    private readonly Lib0Writer _parent = new(64);
    private StructView _open;
    private bool _isOpen;
    private uint _openClock;
    private uint _openOffset;
    private long _client;
    private uint _firstClock;
    private uint _end;
    private int _structs;

    /// <summary>Clients written that had at least one struct.</summary>
    public int Clients { get; private set; }

    public void Begin(long client)
    {
        _client = client;
        _structs = 0;
        _body.Clear();
    }

    /// <summary>Adds the struct at <paramref name="clock"/>, without its first <paramref name="offset"/> units.</summary>
    public void Add(ref StructView s, ReadOnlySpan<byte> source, uint clock, uint offset)
    {
        var start = clock + offset;
        if (_isOpen && TryJoin(ref s, source, clock, offset)) return;
        Flush();
        if (_structs == 0) _firstClock = start;
        else if (start > _end) WriteSkip(start - _end);
        _open = s;
        _openClock = start;
        _openOffset = offset;
        _isOpen = true;
        _end = clock + s.Length;
        _content.Clear();
        AppendContent(ref s, source, offset);
        if (s.HasParent && offset == 0) KeepParent(ref s, source);
        _structs++;
    }

    /// <summary>Writes the block of the client.</summary>
    public void EndClient()
    {
        Flush();
        if (_structs == 0) return;
        Clients++;
        to.WriteVarUint(_structs);
        to.WriteVarUint(_client);
        to.WriteVarUint(_firstClock);
        to.WriteBytes(_body.Written);
    }

    public void Dispose()
    {
        _body.Dispose();
        _content.Dispose();
        _parent.Dispose();
    }

    private bool TryJoin(ref StructView s, ReadOnlySpan<byte> source, uint clock, uint offset)
    {
        if (s.Kind != _open.Kind || clock + offset != _end) return false;
        if (s.Kind != ContentKind.Gc)
        {
            if (!s.Kind.IsMergeable() || s.HasRight != _open.HasRight) return false;
            if (s.HasRight && (s.RightClient != _open.RightClient || s.RightClock != _open.RightClock)) return false;
            if (offset == 0 && (!s.HasOrigin || s.OriginClient != _client || s.OriginClock != clock - 1)) return false;
            AppendContent(ref s, source, offset);
        }
        _open.Length += s.Length - offset;
        _end += s.Length - offset;
        return true;
    }

    private void AppendContent(ref StructView s, ReadOnlySpan<byte> source, uint offset)
    {
        if (s.Kind is ContentKind.Gc or ContentKind.Deleted) return;
        var content = ContentWriter.From(s.Kind, source.Slice(s.ContentStart, s.ContentLength), s.IsAscii, offset, out var cutPair);
        if (cutPair) _content.WriteBytes(Utf16.Replacement);
        _content.WriteBytes(content);
    }

    private void KeepParent(ref StructView s, ReadOnlySpan<byte> source)
    {
        _parent.Clear();
        _parent.WriteByte(s.ParentIsRoot ? (byte)1 : (byte)0);
        if (s.ParentIsRoot)
        {
            _parent.WriteVarBytes(source.Slice(s.RootStart, s.RootLength));
        }
        else
        {
            _parent.WriteVarUint(s.ParentClient);
            _parent.WriteVarUint(s.ParentClock);
        }
        if (s.HasKey) _parent.WriteVarBytes(source.Slice(s.KeyStart, s.KeyLength));
    }

    private void WriteSkip(uint length)
    {
        _body.WriteByte((byte)ContentKind.Skip);
        _body.WriteVarUint(length);
        _structs++;
    }

    private void Flush()
    {
        if (!_isOpen) return;
        _isOpen = false;
        var length = _open.Length - _openOffset;
        if (_open.Kind == ContentKind.Gc)
        {
            _body.WriteByte(0);
            _body.WriteVarUint(length);
            return;
        }
        var hasOrigin = _openOffset > 0 || _open.HasOrigin;
        var hasParent = !hasOrigin && !_open.HasRight;
        _body.WriteByte((byte)((int)_open.Kind
            | (hasOrigin ? StructView.HasOriginBit : 0)
            | (_open.HasRight ? StructView.HasRightBit : 0)
            | (hasParent && _open.HasKey ? StructView.HasKeyBit : 0)));
        if (hasOrigin)
        {
            _body.WriteVarUint(_openOffset > 0 ? _client : _open.OriginClient);
            _body.WriteVarUint(_openOffset > 0 ? _openClock - 1 : _open.OriginClock);
        }
        if (_open.HasRight)
        {
            _body.WriteVarUint(_open.RightClient);
            _body.WriteVarUint(_open.RightClock);
        }
        if (hasParent) _body.WriteBytes(_parent.Written);
        ContentWriter.Write(_body, _open.Kind, _content.Written, length, ascii: true, offset: 0);
    }
}
