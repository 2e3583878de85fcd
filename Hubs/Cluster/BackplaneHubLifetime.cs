using System.Collections.Concurrent;
using CollabHub.Hubs.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using StackExchange.Redis;

namespace CollabHub.Hubs.Cluster;

/// <summary>
/// The connections of one hub on this node, joined to those of other nodes by SignalR's Redis backplane while Redis is there. While it is
/// not, everything goes on among the connections of this node, and the backplane is made anew once Redis answers again: by itself
/// it would refuse connections, and forget subscriptions that failed.
/// </summary>
internal sealed class BackplaneHubLifetime<THub>(
    DefaultHubLifetimeManager<THub> local, HubBackplane backplane, IServiceProvider services, ILogger<BackplaneHubLifetime<THub>> logger)
    : HubLifetimeManager<THub>, IHubBackplane, IAsyncDisposable
    where THub : Hub
{
    private readonly ConcurrentDictionary<string, Member> _members = new();

    // One change of what the backplane knows at a time: connections, groups, and the backplane itself.
    private readonly SemaphoreSlim _gate = new(1);
    private RedisHubLifetimeManager<THub>? _redis;
    private bool _isClosed;

    private sealed class Member(HubConnectionContext connection)
    {
        public HubConnectionContext Connection { get; } = connection;
        public ConcurrentDictionary<string, bool> Groups { get; } = new();
    }

    /// <summary>Joins the other nodes if that is not done; Redis answers.</summary>
    public async Task EnsureAsync()
    {
        if (Volatile.Read(ref _redis) is not null || _isClosed) return;
        await _gate.WaitAsync();
        try
        {
            if (_redis is not null || _isClosed) return;
            var fresh = ActivatorUtilities.CreateInstance<RedisHubLifetimeManager<THub>>(services);
            try
            {
                foreach (var member in _members.Values) await AddAsync(fresh, member);
                Volatile.Write(ref _redis, fresh);
            }
            catch (Exception exception) when (IsAway(exception))
            {
                BackplaneLog.NotJoined(logger, typeof(THub).Name, exception.Message);
                Discard(fresh);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Redis is away: this node goes on alone.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _redis, null) is { } former) Discard(former);
    }

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Keep();
        await local.OnConnectedAsync(connection);
        var member = new Member(connection);
        await ChangeAsync(() => _members[connection.ConnectionId] = member, redis => redis.OnConnectedAsync(connection));
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await local.OnDisconnectedAsync(connection);
        await ChangeAsync(() => _members.TryRemove(connection.ConnectionId, out _), redis => redis.OnDisconnectedAsync(connection));
    }

    public override async Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        await local.AddToGroupAsync(connectionId, groupName, cancellationToken);
        await ChangeAsync(
            () =>
            {
                if (_members.TryGetValue(connectionId, out var member)) member.Groups[groupName] = true;
            },
            redis => redis.AddToGroupAsync(connectionId, groupName, cancellationToken));
    }

    public override async Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        await local.RemoveFromGroupAsync(connectionId, groupName, cancellationToken);
        await ChangeAsync(
            () =>
            {
                if (_members.TryGetValue(connectionId, out var member)) member.Groups.TryRemove(groupName, out _);
            },
            redis => redis.RemoveFromGroupAsync(connectionId, groupName, cancellationToken));
    }

    public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendAllAsync(methodName, args, cancellationToken));

    public override Task SendAllExceptAsync(string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendAllExceptAsync(methodName, args, excludedConnectionIds, cancellationToken));

    public override Task SendConnectionAsync(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendConnectionAsync(connectionId, methodName, args, cancellationToken));

    public override Task SendConnectionsAsync(IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendConnectionsAsync(connectionIds, methodName, args, cancellationToken));

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendGroupAsync(groupName, methodName, args, cancellationToken));

    public override Task SendGroupsAsync(IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendGroupsAsync(groupNames, methodName, args, cancellationToken));

    public override Task SendGroupExceptAsync(
        string groupName, string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendGroupExceptAsync(groupName, methodName, args, excludedConnectionIds, cancellationToken));

    public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendUserAsync(userId, methodName, args, cancellationToken));

    public override Task SendUsersAsync(IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(to => to.SendUsersAsync(userIds, methodName, args, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        backplane.Remove(this);
        Leave();
        await _gate.WaitAsync();
        _gate.Dispose();
    }

    private async Task ChangeAsync(Action note, Func<RedisHubLifetimeManager<THub>, Task> tell)
    {
        await backplane.UseAsync(this);
        await _gate.WaitAsync();
        try
        {
            note();
            if (Volatile.Read(ref _redis) is not { } redis) return;
            await tell(redis);
        }
        catch (Exception exception) when (IsAway(exception))
        {
            // The next backplane learns it from what was noted.
            BackplaneLog.Lost(logger, typeof(THub).Name, exception.Message);
            Leave();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task SendAsync(Func<HubLifetimeManager<THub>, Task> send)
    {
        await backplane.UseAsync(this);
        if (Volatile.Read(ref _redis) is { } redis)
        {
            try
            {
                await send(redis);
                return;
            }
            catch (Exception exception) when (IsAway(exception))
            {
                BackplaneLog.Lost(logger, typeof(THub).Name, exception.Message);
                if (ReferenceEquals(Volatile.Read(ref _redis), redis)) Leave();
            }
        }
        await send(local);
    }

    private static async Task AddAsync(RedisHubLifetimeManager<THub> redis, Member member)
    {
        await redis.OnConnectedAsync(member.Connection);
        foreach (var group in member.Groups.Keys) await redis.AddToGroupAsync(member.Connection.ConnectionId, group);
    }

    /// <summary>Its end throws when Redis is away, and would take the process along.</summary>
    private void Discard(RedisHubLifetimeManager<THub> redis)
    {
        try
        {
            redis.Dispose();
        }
        catch (Exception exception) when (IsAway(exception))
        {
            BackplaneLog.Lost(logger, typeof(THub).Name, exception.Message);
        }
    }

    private static bool IsAway(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;
}

/// <summary>The backplane of one hub, as far as Redis coming and going concerns it.</summary>
internal interface IHubBackplane
{
    /// <summary>Redis answers.</summary>
    Task EnsureAsync();

    /// <summary>Redis is away.</summary>
    void Leave();
}

internal static partial class BackplaneLog
{
    [LoggerMessage(1, LogLevel.Warning, "The backplane of {Hub} is lost, events stay on this node: {Reason}", EventName = "BackplaneLost")]
    public static partial void Lost(ILogger logger, string hub, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The backplane of {Hub} could not be joined and is tried again: {Reason}", EventName = "BackplaneNotJoined")]
    public static partial void NotJoined(ILogger logger, string hub, string reason);
}
