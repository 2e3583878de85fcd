namespace CollabHub.Domain.Documents.Engine;

/// <summary>Steps through the structs of a validated update in the order in which they are written.</summary>
internal ref struct UpdateWalker
{
    private Lib0Reader _reader;
    private long _blocks;
    private long _structs;

    public UpdateWalker(ReadOnlySpan<byte> update)
    {
        _reader = new Lib0Reader(update);
        _blocks = _reader.ReadVarUint();
    }

    /// <summary>The struct stepped onto.</summary>
    public StructView View;

    public long Client { get; private set; }

    public uint Clock { get; private set; }

    public readonly uint End => Clock + View.Length;

    /// <summary>First byte of the delete set, once all structs are passed.</summary>
    public readonly int DeleteSet => _reader.Position;

    public bool MoveNext()
    {
        if (_structs == 0)
        {
            do
            {
                if (_blocks-- <= 0) return false;
                _structs = _reader.ReadVarUint();
                Client = _reader.ReadVarUint();
                Clock = (uint)_reader.ReadVarUint();
            }
            while (_structs == 0);
        }
        else
        {
            Clock += View.Length;
        }
        _structs--;
        StructReader.Read(ref _reader, ref View);
        return true;
    }
}
