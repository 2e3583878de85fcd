using CollabHub.Domain.Documents.Engine;

namespace CollabHub.Domain.Documents;

/// <summary>
/// One replica of a Yjs document: applies updates in any order, knows its state, and tells it to others. Not safe for
/// concurrent use; one owner at a time.
/// </summary>
/// <remarks>
/// docs/algorithm.md has the rules, docs/decisions/0003-document-engine.md the layout: structs are records in pooled chunks
/// addressed by 32-bit handles, content is UTF-8 in one byte arena. Nothing in here throws for any bytes received.
/// </remarks>
public sealed partial class YDocument : IDisposable
{
    /// <summary>Larger updates get the room for their content at once.</summary>
    private const int ReservedAbove = 4096;

    private readonly DocumentOptions _options;
    private readonly ItemTable _items = new();
    private readonly ClientTable _clients = new();
    private readonly TypeTable _types = new();
    private readonly NameTable _names = new();
    private readonly ContentArena _arena = new();
    private readonly UpdateBlocks _blocks = new();

    /// <summary>An empty document.</summary>
    public YDocument(DocumentOptions? options = null) => _options = options ?? DocumentOptions.Default;

    /// <summary>How the document is kept.</summary>
    public DocumentOptions Options => _options;

    /// <summary>Structs held, deleted ones included.</summary>
    public int ItemCount => _items.Count;

    /// <summary>Distinct client ids that have written something.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>Bytes of content held.</summary>
    public long ContentBytes => _arena.Length - _arena.Dead;

    /// <summary>The next expected clock of a client; 0 when nothing of it is known.</summary>
    public long State(long client) => _clients.State(client);

    /// <summary>
    /// Takes in an update. Refused ones leave the document as it was; what depends on updates not seen yet is kept and taken in
    /// when these arrive.
    /// </summary>
    public ApplyResult Apply(ReadOnlySpan<byte> update)
    {
        var error = UpdateValidator.Validate(update, _options, _blocks, out var shape);
        if (error == DecodeError.None) _blocks.Complete(update);
        if (error == DecodeError.None) error = CheckRoom(update, shape);
        if (error != DecodeError.None) return new ApplyResult(error, Changed: false, TextChanged: false);
        BeginTransaction();
        if (update.Length > ReservedAbove) _arena.Reserve(update.Length);
        IntegrateBlocks(update);
        KeepBlocked(update);
        ApplyDeleteSet(update[shape.DeleteSet..]);
        RetryPending();
        EndTransaction();
        return new ApplyResult(DecodeError.None, _changed, _textChanged);
    }

    /// <summary>Lets go of the memory; the document must not be used afterwards.</summary>
    public void Dispose()
    {
        _arena.Replace([], 0);
        _items.Release();
    }
}
