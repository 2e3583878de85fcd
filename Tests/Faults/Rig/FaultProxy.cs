using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>A TCP proxy in front of one thing that does to its connections what networks do.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, Task> _lines = new();
    private readonly EndPoint _upstream;
    private readonly Task _accepting;
    private volatile bool _refuses;

    /// <param name="upstream">A TCP or Unix socket address.</param>
    public FaultProxy(EndPoint upstream)
    {
        _upstream = upstream;
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every chunk of bytes comes so much later, in both directions.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How fast each connection's answers get through; 0: as fast as they come.</summary>
    public int AnswerBytesPerSecond { get; set; }

    /// <summary>Nothing gets through and nothing is closed, as when a cable is cut.</summary>
    public Gate Blackhole { get; } = new();

    /// <summary>Nothing is read of what the server says, as of a client that is too slow.</summary>
    public Gate Deaf { get; } = new();

    /// <summary>After so many bytes from the server a connection is reset, once; 0: never. Counts over all connections.</summary>
    public void CutAnswersAfter(int bytes) => Interlocked.Exchange(ref _cutAfter, bytes);

    /// <summary>How many connections were reset in the middle of an answer.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    private int _cutAfter;
    private int _cuts;

    /// <summary>Resets every connection, and each new one while <paramref name="refuse"/>.</summary>
    public void Cut(bool refuse)
    {
        _refuses = refuse;
        foreach (var line in _lines.Keys) line.Reset();
    }

    /// <summary>Lets connections in again.</summary>
    public void Open() => _refuses = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Blackhole.Open();
        Deaf.Open();
        Cut(refuse: true);
        await Task.WhenAll(_lines.Values);
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var line = new Line(this, client);
                _lines[line] = line.RunAsync();
                foreach (var (over, _) in _lines.Where(one => one.Value.IsCompleted)) _lines.TryRemove(over, out _);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private bool TakesTheCut(int bytes)
    {
        if (Volatile.Read(ref _cutAfter) <= 0 || Interlocked.Add(ref _cutAfter, -bytes) > 0) return false;
        Interlocked.Exchange(ref _cutAfter, 0);
        Interlocked.Increment(ref _cuts);
        return true;
    }

    /// <summary>Open, until it is shut.</summary>
    internal sealed class Gate
    {
        private volatile TaskCompletionSource? _shut;

        public void Shut() => _shut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open()
        {
            var shut = _shut;
            _shut = null;
            shut?.TrySetResult();
        }

        public Task PassAsync(CancellationToken ct) => _shut is { } shut ? shut.Task.WaitAsync(ct) : Task.CompletedTask;
    }

    private sealed class Line(FaultProxy proxy, Socket client) : IDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly Socket _server = new(proxy._upstream.AddressFamily, SocketType.Stream, proxy._upstream is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);

        public async Task RunAsync()
        {
            try
            {
                if (proxy._refuses)
                {
                    Reset();
                    return;
                }
                client.NoDelay = true;
                await proxy.Blackhole.PassAsync(_over.Token);
                await _server.ConnectAsync(proxy._upstream, _over.Token);
                if (_server.ProtocolType == ProtocolType.Tcp) _server.NoDelay = true;
                await Task.WhenAll(OrResetAsync(PumpAsync(client, _server, isAnswer: false)), OrResetAsync(PumpAsync(_server, client, isAnswer: true)));
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // Cut, closed at one end, or nobody listens behind it.
                Reset();
            }
            finally
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
            _over.Dispose();
        }

        // An end that is no goodbye ends the other direction, too.
        private async Task OrResetAsync(Task pump)
        {
            try
            {
                await pump;
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                Reset();
            }
        }

        public void Reset()
        {
            try
            {
                _over.Cancel();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            foreach (var socket in new[] { client, _server })
            {
                try
                {
                    if (socket.AddressFamily == AddressFamily.InterNetwork) socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                }
                catch (Exception exception) when (IsEnd(exception))
                {
                    // It is closed already.
                }
            }
        }

        private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
        {
            var chunks = Channel.CreateBounded<(long Due, byte[] Bytes)>(16);
            var writing = WriteAsync(chunks.Reader, to, isAnswer);
            try
            {
                var buffer = new byte[16 * 1024];
                while (true)
                {
                    if (isAnswer) await proxy.Deaf.PassAsync(_over.Token);
                    await proxy.Blackhole.PassAsync(_over.Token);
                    var read = await from.ReceiveAsync(buffer, _over.Token);
                    if (read == 0) break;
                    await chunks.Writer.WriteAsync((Environment.TickCount64 + (long)proxy.Delay.TotalMilliseconds, buffer.AsSpan(0, read).ToArray()), _over.Token);
                }
            }
            finally
            {
                chunks.Writer.TryComplete();
            }
            await writing;
            to.Shutdown(SocketShutdown.Send);
        }

        private async Task WriteAsync(ChannelReader<(long Due, byte[] Bytes)> chunks, Socket to, bool isAnswer)
        {
            var (began, passed) = (Stopwatch.GetTimestamp(), 0L);
            await foreach (var (due, bytes) in chunks.ReadAllAsync(_over.Token))
            {
                if (isAnswer && proxy.AnswerBytesPerSecond is > 0 and var rate)
                {
                    var early = TimeSpan.FromSeconds((double)passed / rate) - Stopwatch.GetElapsedTime(began);
                    if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, _over.Token);
                    passed += bytes.Length;
                }
                var wait = due - Environment.TickCount64;
                if (wait > 0) await Task.Delay(TimeSpan.FromMilliseconds(wait), _over.Token);
                await proxy.Blackhole.PassAsync(_over.Token);
                if (isAnswer && proxy.TakesTheCut(bytes.Length))
                {
                    Reset();
                    return;
                }
                for (var sent = 0; sent < bytes.Length;) sent += await to.SendAsync(bytes.AsMemory(sent), _over.Token);
            }
        }

        private static bool IsEnd(Exception exception) => exception is SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException;
    }
}
