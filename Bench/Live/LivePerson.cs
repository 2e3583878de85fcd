using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Bench.Live;

/// <summary>
/// One person in the file: types marks that carry the time, moves a cursor, and notes how old the marks of others are when they
/// arrive. Marks are found in the bytes of an update, however the server merged them.
/// </summary>
internal sealed class LivePerson : IAsyncDisposable
{
    private const int MarkLength = 19;
    private static readonly byte[] Mark = "{{"u8.ToArray();

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Wire _wire;
    private readonly YDocument _own = new();
    private readonly long _client;
    private readonly int _node;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private int _length;
    private int _pasted;
    private uint _clock;

    /// <param name="number">Which one.</param>
    /// <param name="wire">How it speaks.</param>
    /// <param name="node">0 to 9: the node that it is connected to.</param>
    public LivePerson(int number, Wire wire, int node = 0)
    {
        _client = 1_000_000 + number;
        _wire = wire;
        _node = node;
    }

    /// <summary>Ages in ticks of the stopwatch of the marks of people on the same node that arrived while <see cref="Counting"/>.</summary>
    public List<long> Ages { get; private set; } = [];

    /// <summary>The same, of people on other nodes.</summary>
    public List<long> AgesFromElsewhere { get; } = [];

    /// <summary>Cursor states that arrived while <see cref="Counting"/>.</summary>
    public long Cursors { get; private set; }

    /// <summary>Frames that arrived while <see cref="Counting"/>.</summary>
    public long Frames { get; private set; }

    public bool Counting { get; set; }

    public async Task JoinAsync(Uri address, string token, CancellationToken ct)
    {
        await _socket.ConnectAsync(address, ct);
        _receiving = ReceiveAsync(ct);
        foreach (var frame in _wire.Hello(token)) await SendAsync(frame, ct);
        await _synced.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
    }

    public Task TypeAsync(CancellationToken ct)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{{{{{Stopwatch.GetTimestamp():x16}{_node}");
        return SendAsync(() => Edit(new TextEdit(_length, 0, mark)), ct);
    }

    /// <summary>Puts a text of so many letters in the place of the one that this person pasted before.</summary>
    public Task PasteAsync(int letters, CancellationToken ct) => SendAsync(
        () =>
        {
            var edit = new TextEdit(0, _pasted, new string('p', letters));
            _pasted = letters;
            return Edit(edit);
        },
        ct);

    /// <summary>The ages so far; the next ones are counted anew.</summary>
    public List<long> TakeAges()
    {
        var taken = Ages;
        Ages = [];
        return taken;
    }

    public Task MoveAsync(CancellationToken ct)
    {
        var item = $$$"""{"type":null,"tname":"content","item":{"client":{{{_client}}},"clock":{{{_clock}}}},"assoc":0}""";
        var state = $$$"""{"user":{"name":"Person {{{_client}}}","color":"#30bced","colorLight":"#30bced33"},"cursor":{"anchor":{{{item}}},"head":{{{item}}}}}""";
        var update = AwarenessMessage.Encode([new AwarenessEntry(_client, ++_clock, Encoding.UTF8.GetBytes(state))]);
        return SendAsync(_wire.Cursor(update), ct);
    }

    private byte[] Edit(TextEdit edit)
    {
        _length += edit.Inserted.Length - edit.Deleted;
        return _wire.Sync(SyncKind.Update, _own.ApplyTextEdits("content", _client, [edit])!);
    }

    private Task SendAsync(byte[] frame, CancellationToken ct) => SendAsync(() => frame, ct);

    // A person has two hands: what they do is made and sent one after the other.
    private async Task SendAsync(Func<byte[]> frame, CancellationToken ct)
    {
        await _sending.WaitAsync(ct);
        try
        {
            await _socket.SendAsync(frame(), WebSocketMessageType.Binary, true, ct);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync(CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (!ct.IsCancellationRequested)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(length), ct);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                var word = $"closed by the server: {_socket.CloseStatus} {_socket.CloseStatusDescription}";
                _synced.TrySetException(new IOException(word));
                throw new IOException(word);
            }
            length += received.Count;
            if (received.EndOfMessage)
            {
                await HandleAsync(buffer.AsMemory(0, length), ct);
                length = 0;
            }
            else if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private async Task HandleAsync(ReadOnlyMemory<byte> frame, CancellationToken ct)
    {
        var carries = _wire.Read(frame, out var body);
        if (Counting) Frames++;
        switch (carries)
        {
            case Carries.Question:
                await SendAsync(_wire.Sync(SyncKind.Step2, new byte[] { 0, 0 }), ct);
                break;
            case Carries.Text:
                _synced.TrySetResult();
                if (Counting) Note(body.Span);
                break;
            case Carries.Cursors when Counting:
                Cursors += new Lib0Reader(body.Span).ReadVarUint();
                break;
        }
    }

    private void Note(ReadOnlySpan<byte> update)
    {
        var now = Stopwatch.GetTimestamp();
        for (int at; (at = update.IndexOf(Mark)) >= 0 && update.Length - at >= MarkLength; update = update[(at + MarkLength)..])
        {
            if (Utf8Parser.TryParse(update.Slice(at + 2, 16), out long sent, out _, 'x')) (update[at + 18] - '0' == _node ? Ages : AgesFromElsewhere).Add(now - sent);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _sending.Dispose();
        _own.Dispose();
    }
}
