using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>A page in front, as the SDK keeps it: joined, and heard every 1.5 s.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly FreezableProxy _proxy;
    private readonly HubConnection _connection;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _beating;

    private Tab(FreezableProxy proxy, HubConnection connection, Guid session)
    {
        _proxy = proxy;
        _connection = connection;
        _beating = BeatAsync(session);
    }

    public static async Task<Tab> OpenAsync(TestHub hub, TestUser user, Guid session, bool messagePack)
    {
        var proxy = new FreezableProxy(hub.BaseAddress);
        using var http = new HttpClient { BaseAddress = proxy.Address };
        var connection = await (user with { Http = http }).HubAsync(messagePack);
        await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
        return new Tab(proxy, connection, session);
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
            do await _connection.SendAsync("SetPresence", session, new PresenceUpdate { Status = "online", Beats = true }, _closed.Token);
            while (await pace.WaitForNextTickAsync(_closed.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException)
        {
            // Closed, or cut.
        }
    }
}
