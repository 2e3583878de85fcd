using BenchmarkDotNet.Attributes;
using CollabHub.Bench.Engine;
using CollabHub.Domain.Documents;

namespace CollabHub.Bench;

/// <summary>The inner pieces of the document engine: <c>./bench --filter *Document*</c>.</summary>
[MemoryDiagnoser]
public class DocumentBenchmarks : IDisposable
{
    private readonly TraceFile _trace = new(Path.Combine(Peer.Repository(), "Tests", "Traces", "automerge-paper.json"));
    private byte[] _state = [];
    private byte[] _typed = [];
    private YDocument _document = new();

    [GlobalSetup]
    public void Load()
    {
        _state = Updates.Merge(_trace.Updates);
        _document = new YDocument();
        _document.Apply(_state);
        using var author = new YDocument();
        author.Apply(_state);
        _typed = author.ApplyTextEdits(_trace.Root, 7, [new TextEdit(50_000, 0, "x")])!;
        _document.Apply(_typed);
    }

    /// <summary>One typed character: what every message costs before anything else happens.</summary>
    [Benchmark]
    public DecodeError ValidateTyped() => Updates.Validate(_typed);

    /// <summary>A character that is known already: the way of a retry.</summary>
    [Benchmark]
    public ApplyResult ApplyKnown() => _document.Apply(_typed);

    [Benchmark]
    public bool ContainsTyped() => _document.Contains(_typed);

    [Benchmark]
    public DecodeError ValidateState() => Updates.Validate(_state);

    [Benchmark]
    public int LoadState()
    {
        using var document = new YDocument();
        document.Apply(_state);
        return document.ItemCount;
    }

    [Benchmark]
    public byte[] EncodeState() => _document.EncodeStateAsUpdate();

    [Benchmark]
    public string Text() => _document.GetText(_trace.Root);

    [GlobalCleanup]
    public void Dispose()
    {
        _document.Dispose();
        GC.SuppressFinalize(this);
    }
}
