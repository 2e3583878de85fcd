using System.Collections.Concurrent;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>Someone who is in a session for the whole time, and comes back whenever the line is lost.</summary>
internal sealed class Resident : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _staying;
    private volatile bool _isIn;

    public Resident(TestUser user, Uri address, Guid session)
    {
        User = user;
        _staying = StayAsync(user with { Http = new HttpClient { BaseAddress = address } }, session);
    }

    public TestUser User { get; }

    /// <summary>Whether the connection stands and has joined.</summary>
    public bool IsIn => _isIn;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _staying;
        _over.Dispose();
    }

    private async Task StayAsync(TestUser from, Guid session)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await using var connection = await from.HubAsync(messagePack: true);
                var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                connection.Closed += _ =>
                {
                    lost.TrySetResult();
                    return Task.CompletedTask;
                };
                await connection.InvokeAsync<SessionSnapshot>("JoinSession", session, _over.Token);
                _isIn = true;
                await lost.Task.WaitAsync(_over.Token);
            }
            catch (Exception exception) when (Lines.IsLost(exception))
            {
                // Tried again below, or the test is over.
            }
            _isIn = false;
            if (!_over.IsCancellationRequested) await Pace.LastAsync(TimeSpan.FromMilliseconds(150));
        }
    }
}

/// <summary>An operator's page: the stream of presence, opened again whenever the line is lost, with the numbers that it had.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentQueue<List<(long Seq, bool IsSnapshot)>> _streams = new();
    private readonly Task _watching;

    public Watcher(TestUser ops, Uri address) => _watching = WatchAsync(ops with { Http = new HttpClient { BaseAddress = address } });

    /// <summary>The numbers of each stream; a new connection is a new stream.</summary>
    public IReadOnlyList<IReadOnlyList<(long Seq, bool IsSnapshot)>> Streams
    {
        get
        {
            lock (_streams) return [.. _streams.Select(stream => (IReadOnlyList<(long, bool)>)[.. stream])];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    private async Task WatchAsync(TestUser ops)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ops.HubAsync(messagePack: true, "hubs/ops");
                var stream = new List<(long, bool)>();
                _streams.Enqueue(stream);
                await foreach (var step in connection.StreamAsync<PresenceEventFrame>("WatchPresence", new PresenceFilter(), _over.Token))
                {
                    lock (_streams) stream.Add((step.Seq, step.Kind == "snapshot"));
                }
            }
            catch (Exception exception) when (Lines.IsLost(exception))
            {
                // Tried again below, or the test is over.
            }
            if (!_over.IsCancellationRequested) await Pace.LastAsync(TimeSpan.FromMilliseconds(150));
        }
    }
}

internal static class Lines
{
    /// <summary>Whether this is how a lost line, or a node that is away, shows in a client.</summary>
    public static bool IsLost(Exception exception) => exception
        is HubException or IOException or HttpRequestException or OperationCanceledException or InvalidOperationException or TimeoutException
        or System.Net.WebSockets.WebSocketException;
}
