using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>A TCP proxy for one client: it can stop to forward without closing anything, or drop the line.</summary>
internal sealed class FreezableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _frozen = new();
    private readonly ConcurrentBag<TcpClient> _sockets = [];
    private readonly ConcurrentBag<Task> _pumps = [];
    private readonly Task _accepting;

    public FreezableProxy(Uri server)
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync(server);
    }

    public Uri Address { get; }

    /// <summary>From now on nothing gets through, and both ends believe that the line stands.</summary>
    public void Freeze() => _frozen.Cancel();

    /// <summary>Drops both lines without a word.</summary>
    public void Kill()
    {
        foreach (var socket in _sockets)
        {
            if (socket.Connected) socket.Client.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _frozen.CancelAsync();
        _listener.Stop();
        await _accepting;
        Kill();
        await Task.WhenAll(_pumps);
        _listener.Dispose();
        _frozen.Dispose();
    }

    private async Task AcceptAsync(Uri server)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var upstream = new TcpClient();
                _sockets.Add(client);
                _sockets.Add(upstream);
                await upstream.ConnectAsync(server.Host, server.Port);
                _pumps.Add(PumpAsync(client, upstream));
                _pumps.Add(PumpAsync(upstream, client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            var onward = to.Client;
            await from.GetStream().CopyToAsync(to.GetStream(), _frozen.Token);
            onward.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // Frozen, killed, or closed at the other end.
        }
    }
}
