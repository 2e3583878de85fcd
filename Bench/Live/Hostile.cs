using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;

namespace CollabHub.Bench.Live;

/// <summary>A connection that reads nothing, or sends as fast as the line takes it.</summary>
internal sealed class Hostile : IAsyncDisposable
{
    private static readonly byte[] Nonsense = [0, 9, 1, 2, 3];

    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
    private readonly string _name;
    private Task _work = Task.CompletedTask;

    private Hostile(string name) => _name = name;

    /// <summary>Two on <c>/yjs</c> and two on <c>/hubs/session</c>, with the file open.</summary>
    public static async Task<List<Hostile>> SlowReadersAsync(IReadOnlyList<Entrance> entrances, CancellationToken ct)
    {
        var readers = new List<Hostile>();
        for (var i = 0; i < 4; i++)
        {
            var (address, token) = (entrances[i].Address, entrances[i].Token);
            var isHub = i % 2 == 1;
            var reader = new Hostile(isHub ? "hub" : "yjs");
            readers.Add(reader);
            var target = isHub ? new Uri($"ws://{address.Authority}/hubs/session?access_token={token}") : address;
            await reader._socket.ConnectAsync(target, reader._invoker, ct);
            if (isHub)
            {
                await reader.SayAsync("""{"protocol":"json","version":1}""");
                await reader.SayAsync($$"""{"type":4,"invocationId":"1","target":"OpenFile","arguments":["{{address.Segments[^1]}}","AA=="]}""");
            }
            else
            {
                await reader._socket.SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, [0]), WebSocketMessageType.Binary, true, ct);
            }
        }
        return readers;
    }

    /// <summary>Large edits.</summary>
    public static async Task<List<Hostile>> LargeEditsAsync(IReadOnlyList<Entrance> entrances, CancellationToken ct) =>
        [await FloodAsync("large edits", entrances[4], Edits(7_000_001, 60_000), ct)];

    /// <summary>Small edits, and cursors.</summary>
    public static async Task<List<Hostile>> SmallMessagesAsync(IReadOnlyList<Entrance> entrances, CancellationToken ct) =>
        [await FloodAsync("small edits", entrances[5], Edits(7_000_002, 10), ct), await FloodAsync("cursors", entrances[6], Cursors(7_000_003), ct)];

    /// <summary>Nonsense, from a connection that comes back when it is closed, as often as one address may.</summary>
    public static Task<List<Hostile>> NonsenseAsync(IReadOnlyList<Entrance> entrances, CancellationToken ct)
    {
        var nonsense = new Hostile("nonsense");
        nonsense._work = ComeBackAsync(entrances[7], ct);
        return Task.FromResult<List<Hostile>>([nonsense]);
    }

    /// <summary>Two who try passwords of accounts that do not exist, one after the other: each is hashed.</summary>
    public static Task<List<Hostile>> SignInsAsync(IReadOnlyList<Entrance> entrances, CancellationToken ct)
    {
        var tries = Enumerable.Range(0, 2).Select(_ => new Hostile("sign-ins")).ToList();
        foreach (var one in tries) one._work = TryPasswordsAsync(new Uri($"http://{entrances[0].Address.Authority}/api/auth/login"), ct);
        return Task.FromResult(tries);
    }

    /// <summary>How the server has ended it so far; a slow reader reads on for that.</summary>
    public async Task<string> EndAsync()
    {
        if (_name is "yjs" or "hub") _work = ReadOnAsync();
        if (_work.IsCompleted || _name is "yjs" or "hub") await _work;
        return $"{_name}: {(_socket.CloseStatus is { } code ? $"{(int)code} {_socket.CloseStatusDescription}" : _said ?? (_socket.State == WebSocketState.Aborted ? "reset" : "goes on"))}";
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _invoker.Dispose();
    }

    private string? _said;

    private async Task ReadOnAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var buffer = new byte[64 * 1024];
        try
        {
            for (var received = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token); received.MessageType != WebSocketMessageType.Close && _said is null;)
            {
                if (buffer.AsSpan(0, received.Count).IndexOf("slow.reader"u8) >= 0) _said = "slow.reader";
                received = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Cut off, or still being served.
        }
    }

    private Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text + "\u001e"), WebSocketMessageType.Text, true, default);

    private static async Task<Hostile> FloodAsync(string name, Entrance entrance, Func<byte[]> next, CancellationToken ct)
    {
        var flood = new Hostile(name);
        await flood._socket.ConnectAsync(entrance.Address, ct);
        flood._work = PourAsync(flood._socket, next, ct);
        return flood;
    }

    private static async Task PourAsync(ClientWebSocket socket, Func<byte[]> next, CancellationToken ct)
    {
        try
        {
            var draining = DrainAsync(socket, ct);
            while (socket.State == WebSocketState.Open && !draining.IsCompleted) await socket.SendAsync(next(), WebSocketMessageType.Binary, true, ct);
            await draining;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // Closed by the server while something was on its way, or the phase is over.
        }
    }

    private static async Task ComeBackAsync(Entrance entrance, CancellationToken ct)
    {
        // Loopback is not counted, so the bound on new connections of one address is kept here.
        using var pace = new PeriodicTimer(TimeSpan.FromMinutes(1) / 30);
        do
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(entrance.Address, ct);
            await PourAsync(socket, static () => Nonsense, ct);
        }
        while (await pace.WaitForNextTickAsync(ct));
    }

    private static async Task TryPasswordsAsync(Uri address, CancellationToken ct)
    {
        using var http = new HttpClient();
        while (!ct.IsCancellationRequested)
        {
            using var refused = await http.PostAsJsonAsync(address, new { login = $"{Guid.NewGuid():n}@example.org", password = "not the right one" }, ct);
            if (refused.StatusCode != HttpStatusCode.Unauthorized) throw new InvalidOperationException($"A sign-in with a wrong password: {(int)refused.StatusCode}.");
        }
    }

    private static async Task DrainAsync(ClientWebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), ct)).MessageType != WebSocketMessageType.Close) { }
    }

    private static Func<byte[]> Edits(long client, int letters)
    {
        var (typed, length) = (new YDocument(), 0);
        // A Yjs client id is one account's and counts on: a connection that comes back in a later phase is another client.
        client += Interlocked.Increment(ref _clients) * 10;
        var text = new string('f', letters);
        return () =>
        {
            var update = typed.ApplyTextEdits("content", client, [new TextEdit(0, length, text)])!;
            length = letters;
            return YWebsocketFrame.Sync(SyncKind.Update, update);
        };
    }

    private static long _clients;

    private static Func<byte[]> Cursors(long client)
    {
        uint clock = 0;
        return () => YWebsocketFrame.Awareness(AwarenessMessage.Encode([new AwarenessEntry(client, ++clock, "{\"cursor\":null}"u8.ToArray())]));
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        // Small, so that what is not read is soon the server's to keep.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
