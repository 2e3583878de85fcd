using System.Diagnostics;
using System.Net.WebSockets;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Revocation;

/// <summary>Someone who types without a pause over one edge, whatever the server says, and remembers when text reached him last.</summary>
internal abstract class VictimEditor(long client) : IAsyncDisposable
{
    public static readonly string[] Edges = ["json", "messagepack", "yjs", "hocuspocus"];

    private readonly YDocument _typed = new();
    private long _lastText;

    /// <summary>When text of others came last (Stopwatch ticks); 0 before the first.</summary>
    public long LastText => Interlocked.Read(ref _lastText);

    public static async Task<VictimEditor> OpenAsync(TestHub hub, TestUser user, Guid file, string edge)
    {
        if (edge is "json" or "messagepack") return new OnHub(await user.HubAsync(edge == "messagepack"), file);
        if (edge == "hocuspocus") return await OnHocuspocus.OpenAsync(await HocuspocusPeer.ConnectAsync(hub), $"{file}", user.AccessToken);
        var peer = new YjsPeer(await user.YjsAsync(file), 98);
        await peer.SyncAsync();
        return new OnYjs(peer);
    }

    /// <summary>Reads until the end.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        try
        {
            await ReadFramesAsync(ct);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The server ended it, or the round is over.
        }
    }

    /// <summary>Types a letter every 20 ms for as long as something can be sent at all.</summary>
    public async Task TypeAsync(CancellationToken ct)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await pace.WaitForNextTickAsync(ct)) await SendAsync(_typed.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(0, 0, "v")])!);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The server ended it, or the round is over.
        }
    }

    /// <summary>Ends the connection, and with it what reads and types over it.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>The same; only when nothing reads and types any more.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _typed.Dispose();
    }

    protected abstract Task ReadFramesAsync(CancellationToken ct);

    protected abstract Task SendAsync(byte[] update);

    protected void TextCame() => Interlocked.Exchange(ref _lastText, Stopwatch.GetTimestamp());

    private static bool IsEnd(Exception exception) =>
        exception is OperationCanceledException or WebSocketException or InvalidOperationException or HubException or IOException;

    private sealed class OnHub(HubConnection connection, Guid file) : VictimEditor(99)
    {
        private long _seq;

        public override ValueTask CloseAsync() => connection.DisposeAsync();

        protected override async Task ReadFramesAsync(CancellationToken ct)
        {
            await foreach (var frame in connection.StreamAsync<FileFrame>("OpenFile", file, new byte[] { 0 }, ct))
            {
                if (frame.Kind is "edit" or "sync") TextCame();
            }
        }

        protected override Task SendAsync(byte[] update) => connection.SendAsync("PushEdit", file, ++_seq, update);
    }

    private sealed class OnYjs(YjsPeer peer) : VictimEditor(99)
    {
        public override ValueTask CloseAsync()
        {
            peer.Abort();
            return ValueTask.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await peer.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override Task ReadFramesAsync(CancellationToken ct) => peer.NextAsync(message =>
        {
            if (message.Kind == YWebsocketKind.Sync && message.Sync.Kind != SyncKind.Step1) TextCame();
            return ct.IsCancellationRequested;
        });

        protected override Task SendAsync(byte[] update) => peer.SendAsync(YWebsocketFrame.Sync(SyncKind.Update, update));
    }

    private sealed class OnHocuspocus(HocuspocusPeer peer, string address) : VictimEditor(99)
    {
        public static async Task<VictimEditor> OpenAsync(HocuspocusPeer peer, string address, string token)
        {
            await peer.OpenAsync(address, token);
            return new OnHocuspocus(peer, address);
        }

        public override ValueTask CloseAsync()
        {
            peer.Abort();
            return ValueTask.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await peer.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override Task ReadFramesAsync(CancellationToken ct) => peer.NextAsync(frame =>
        {
            if (frame.Kind == HocuspocusKind.Sync && frame.Sync.Kind != SyncKind.Step1) TextCame();
            return ct.IsCancellationRequested;
        });

        protected override Task SendAsync(byte[] update) =>
            peer.SendAsync(new HocuspocusFrame(HocuspocusKind.Sync, address) { Sync = new SyncMessage(SyncKind.Update, update) });
    }
}
