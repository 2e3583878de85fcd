using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>What someone is here with.</summary>
internal enum TabKind
{
    /// <summary>The SDK's page in front: says every 1.5 s where it is.</summary>
    Front,

    /// <summary>The SDK's page behind others: has said that it is away.</summary>
    Hidden,

    /// <summary>A stock client of SignalR: joins and says nothing more.</summary>
    Stock,
}

/// <summary>One connection of somebody who has joined, through a line of its own.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly FreezableProxy _proxy;
    private readonly HubConnection _connection;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _beating;

    private Tab(FreezableProxy proxy, HubConnection connection, Guid session, TabKind kind)
    {
        Kind = kind;
        _proxy = proxy;
        _connection = connection;
        _beating = kind == TabKind.Front ? BeatAsync(session) : Task.CompletedTask;
    }

    public TabKind Kind { get; }

    public static async Task<Tab> OpenAsync(TestHub hub, TestUser user, Guid session, TabKind kind, bool messagePack)
    {
        var proxy = new FreezableProxy(hub.BaseAddress);
        using var http = new HttpClient { BaseAddress = proxy.Address };
        var connection = await (user with { Http = http }).HubAsync(messagePack);
        await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
        if (kind == TabKind.Hidden) await connection.SendAsync("SetPresence", session, new PresenceUpdate { Status = "away" });
        return new Tab(proxy, connection, session, kind);
    }

    /// <summary>The line is dead and nobody says so.</summary>
    public void Freeze() => _proxy.Freeze();

    /// <summary>The line is cut.</summary>
    public void Kill() => _proxy.Kill();

    /// <summary>The page is closed in order.</summary>
    public Task CloseAsync() => _connection.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _beating;
        await _proxy.DisposeAsync();
        await _connection.DisposeAsync();
        _closed.Dispose();
    }

    private async Task BeatAsync(Guid session)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.5));
        try
        {
            do await _connection.SendAsync("SetPresence", session, new PresenceUpdate { Status = "online" }, _closed.Token);
            while (await pace.WaitForNextTickAsync(_closed.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException)
        {
            // Closed, or cut.
        }
    }
}
