using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>What a test says to bring people into one file.</summary>
internal static class LiveClients
{
    /// <summary>A session of the user with one file.</summary>
    public static async Task<(Guid Session, Guid Workspace, Guid File)> SessionWithFileAsync(this TestUser user, string content = "")
    {
        using var created = await user.Http.PostAsJsonAsync("api/sessions", new { name = "pairing" });
        var session = await created.OkAsync(System.Net.HttpStatusCode.Created);
        var workspace = session.GetProperty("workspaceId").GetGuid();
        using var added = await user.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = "main.js", content });
        var file = await added.OkAsync(System.Net.HttpStatusCode.Created);
        return (session.GetProperty("sessionId").GetGuid(), workspace, file.GetProperty("fileId").GetGuid());
    }

    /// <summary>Lets someone into a session by a share link.</summary>
    public static async Task ShareAsync(this TestUser owner, Guid session, TestUser with, string role = "editor")
    {
        using var invited = await owner.Http.PostAsJsonAsync($"api/sessions/{session}/invitations", new { role });
        var link = (await invited.OkAsync(System.Net.HttpStatusCode.Created)).GetProperty("link").GetString()!;
        var token = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
        using var accepted = await with.Http.PostAsync(new Uri($"api/invitations/by-token/{token}/accept", UriKind.Relative), null);
        await accepted.OkAsync();
    }

    /// <summary>A started connection to a hub.</summary>
    public static async Task<HubConnection> HubAsync(this TestUser user, bool messagePack, string path = "hubs/session")
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(user.Http.BaseAddress!, path), options =>
        {
            options.AccessTokenProvider = () => Task.FromResult<string?>(user.AccessToken);
            options.SkipNegotiation = true;
            options.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
        });
        if (messagePack) builder.AddMessagePackProtocol(pack => pack.SerializerOptions = HubMessagePack.Options);
        var connection = builder.Build();
        await connection.StartAsync();
        return connection;
    }

    /// <summary>An upgraded Yjs socket.</summary>
    public static async Task<ClientWebSocket> YjsAsync(this TestUser user, Guid file)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(user.YjsAddress(file), default);
        return socket;
    }

    /// <summary>The address of a Yjs socket, as stock clients build it.</summary>
    public static Uri YjsAddress(this TestUser user, Guid file) => new(string.Create(
        CultureInfo.InvariantCulture, $"ws://{user.Http.BaseAddress!.Authority}/yjs/{file}?access_token={user.AccessToken}"));

    /// <summary>The text that REST reads.</summary>
    public static Task<string> TextAsync(this TestUser user, Guid workspace, Guid file) =>
        user.Http.GetStringAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative));
}

/// <summary>One file open over the session hub, with a replica.</summary>
internal sealed class HubFile : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly Guid _file;
    private readonly long _client;
    private readonly YDocument _replica = new(new DocumentOptions { MaxUpdateBytes = int.MaxValue, MaxDocumentBytes = 200_000_000 });
    private readonly CancellationTokenSource _closed = new();
    private readonly IAsyncEnumerator<FileFrame> _frames;
    private long _seq;
    private long _saved;

    public HubFile(HubConnection connection, Guid file, long client)
    {
        _connection = connection;
        _file = file;
        _client = client;
        _frames = connection.StreamAsync<FileFrame>("OpenFile", file, new byte[] { 0 }, _closed.Token).GetAsyncEnumerator(_closed.Token);
    }

    public string Text => _replica.GetText(FileRoom.TextRoot);

    /// <summary>The next frame of a kind; edits on the way are taken in.</summary>
    public async Task<FileFrame> NextAsync(string kind)
    {
        while (true)
        {
            var frame = await ReadAsync();
            if (frame.Kind == kind) return frame;
        }
    }

    /// <summary>Waits until everything typed here is saved, which may be told before edits of others or after them.</summary>
    public async Task SavedAsync()
    {
        while (_saved < _seq) await ReadAsync();
    }

    /// <summary>What became of the last edit: <c>ok</c> once it is saved, or the code of its rejection.</summary>
    public async Task<string> AnswerAsync()
    {
        while (true)
        {
            var frame = await ReadAsync();
            if (frame.Kind == "saved") return "ok";
            if (frame.Kind == "rejected") return frame.Code!;
        }
    }

    /// <summary>Types at the end; answers the number of the edit.</summary>
    public async Task<long> TypeAsync(string text)
    {
        var update = _replica.ApplyTextEdits(FileRoom.TextRoot, _client, [new TextEdit(Text.Length, 0, text)])!;
        await PushAsync(update);
        return _seq;
    }

    /// <summary>Types what is lost on its way.</summary>
    public void Lose(string text) => _replica.ApplyTextEdits(FileRoom.TextRoot, _client, [new TextEdit(Text.Length, 0, text)]);

    /// <summary>Pushes what is not in a replica with this state vector.</summary>
    public Task PushMissingAsync(byte[] stateVector)
    {
        using var writer = new Lib0Writer();
        Assert.True(_replica.TryEncodeDiff(stateVector, writer, out _));
        return PushAsync(writer.ToArray());
    }

    public Task PushAsync(byte[] update) => _connection.SendAsync("PushEdit", _file, ++_seq, update);

    /// <summary>The next frame of text or about it, whichever it is.</summary>
    public async Task<FileFrame> FrameAsync()
    {
        while (true)
        {
            if (await ReadAsync() is { Kind: not ("cursors" or "role") } frame) return frame;
        }
    }

    private async Task<FileFrame> ReadAsync()
    {
        Assert.True(await _frames.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience), "The stream ended.");
        var frame = _frames.Current;
        if (frame.Kind is "sync" or "edit") Assert.Equal(DecodeError.None, _replica.Apply(frame.Payload).Error);
        if (frame.Kind == "saved") _saved = Math.Max(_saved, frame.Seq!.Value);
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        try
        {
            await _frames.DisposeAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or NotSupportedException)
        {
            // Closing a stream that is being read ends it with its cancellation.
        }
        _closed.Dispose();
        _replica.Dispose();
    }
}

/// <summary>A Yjs socket with a replica that follows the protocol of stock clients.</summary>
internal sealed class YjsPeer(ClientWebSocket socket, long client) : IAsyncDisposable
{
    private readonly YDocument _replica = new();
    private readonly Queue<YWebsocketMessage> _messages = new();

    public string Text => _replica.GetText(FileRoom.TextRoot);

    public WebSocketCloseStatus? Closed => socket.CloseStatus;

    /// <summary>The first exchange, as y-websocket does it.</summary>
    public async Task SyncAsync()
    {
        await SendAsync(YWebsocketFrame.Sync(SyncKind.Step1, _replica.EncodeStateVector()));
        await NextAsync(m => m.Kind == YWebsocketKind.Sync && m.Sync.Kind == SyncKind.Step2);
    }

    public async Task TypeAsync(string text)
    {
        var update = _replica.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(Text.Length, 0, text)])!;
        await SendAsync(YWebsocketFrame.Sync(SyncKind.Update, update));
    }

    /// <summary>Types what is lost on its way.</summary>
    public void Lose(string text) => _replica.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(Text.Length, 0, text)]);

    public Task SendAsync(byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, true, default);

    /// <summary>The next message that fits; null when the server closed.</summary>
    public async Task<YWebsocketMessage?> NextAsync(Func<YWebsocketMessage, bool> fits)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var buffer = new byte[1 << 20];
        while (true)
        {
            while (_messages.TryDequeue(out var message))
            {
                if (message.Kind == YWebsocketKind.Sync && message.Sync.Kind != SyncKind.Step1)
                    Assert.Equal(DecodeError.None, _replica.Apply(message.Sync.Payload.Span).Error);
                if (message.Kind == YWebsocketKind.Sync && message.Sync.Kind == SyncKind.Step1) await AnswerAsync(message.Sync.Payload);
                if (fits(message)) return message;
            }
            var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            Assert.True(received.EndOfMessage);
            Assert.Equal(DecodeError.None, YWebsocketFrame.Decode(buffer.AsMemory(0, received.Count).ToArray(), out var messages));
            foreach (var message in messages) _messages.Enqueue(message);
        }
    }

    public async Task SeesAsync(string text)
    {
        while (Text != text) Assert.NotNull(await NextAsync(m => m.Kind == YWebsocketKind.Sync));
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> theirs)
    {
        using var writer = new Lib0Writer();
        Assert.True(_replica.TryEncodeDiff(theirs.Span, writer, out _));
        await SendAsync(YWebsocketFrame.Sync(SyncKind.Step2, writer.Written));
    }

    /// <summary>Ends the socket under whoever reads from it, who may still be at work on the replica.</summary>
    public void Abort() => socket.Dispose();

    /// <summary>The same; only when nobody reads any more.</summary>
    public ValueTask DisposeAsync()
    {
        Abort();
        _replica.Dispose();
        return ValueTask.CompletedTask;
    }
}
