using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Connections;

/// <summary>How many connections this node, an address and an account may have, and how many files an account may have open.</summary>
public sealed class ConnectionLimits(LimitsOptions limits, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Guards the counts.
    private readonly Lock _gate = new();
    private readonly SlidingWindows _opened = new(time);
    private readonly Dictionary<string, int> _byAddress = [];
    private readonly Dictionary<UserId, int> _byUser = [];
    private readonly Dictionary<UserId, int> _files = [];
    private readonly Dictionary<UserId, (TokenBucket Meter, int Users)> _meters = [];
    private int _all;

    /// <summary>Lets a connection in.</summary>
    /// <returns>The pass, to be disposed with the connection; <c>server.overloaded</c>, <c>rate.limited</c> or <c>connection.too_many</c>.</returns>
    public async ValueTask<Result<ConnectionPass>> EnterAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isCounted = limits.CountLoopback || context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote);
        // Callers on the machine itself share one key that no bound is meant for.
        var address = isCounted ? context.AddressKey() : "";
        if (isCounted && await _opened.TakeAsync([new RateRule("open:" + address, limits.NewConnectionsPerAddressAndMinute, Minute)], context.RequestAborted) is not null)
            return ConnectionErrors.TooFast;
        lock (_gate)
        {
            if (_all >= limits.ConnectionsPerNode) return ConnectionErrors.Overloaded;
            if (isCounted && _byAddress.GetValueOrDefault(address) >= limits.ConnectionsPerAddress) return ConnectionErrors.TooMany;
            _all++;
            _byAddress[address] = _byAddress.GetValueOrDefault(address) + 1;
        }
        var pass = new ConnectionPass(this, address, limits, time);
        if (context.Actor().User is not { } user || pass.TryIdentify(user)) return pass;
        pass.Dispose();
        return ConnectionErrors.TooMany;
    }

    /// <summary>Counts an open file of an account; null when it has as many open as it may. Call the answer once it is closed.</summary>
    public Action? OpenFile(UserId user)
    {
        lock (_gate)
        {
            if (!TryAdd(_files, user, limits.OpenFilesPerUser)) return null;
        }
        return () =>
        {
            lock (_gate) Remove(_files, user);
        };
    }

    internal bool TryCount(UserId user)
    {
        lock (_gate) return TryAdd(_byUser, user, limits.ConnectionsPerUser);
    }

    internal TokenBucket MeterOf(UserId user)
    {
        lock (_gate)
        {
            var (meter, users) = _meters.TryGetValue(user, out var known)
                ? known
                : (new TokenBucket(limits.MessagesPerUserPerSecond, 2.0 * limits.MessagesPerUserPerSecond, time), 0);
            _meters[user] = (meter, users + 1);
            return meter;
        }
    }

    internal void Leave(string address, UserId? user, bool hasMeter)
    {
        lock (_gate)
        {
            _all--;
            Remove(_byAddress, address);
            if (user is not { } id) return;
            Remove(_byUser, id);
            if (!hasMeter || !_meters.TryGetValue(id, out var known)) return;
            if (known.Users > 1) _meters[id] = (known.Meter, known.Users - 1);
            else _meters.Remove(id);
        }
    }

    private static bool TryAdd<T>(Dictionary<T, int> counts, T key, int most) where T : notnull
    {
        var count = counts.GetValueOrDefault(key);
        if (count >= most) return false;
        counts[key] = count + 1;
        return true;
    }

    private static void Remove<T>(Dictionary<T, int> counts, T key) where T : notnull
    {
        var count = counts.GetValueOrDefault(key) - 1;
        if (count > 0) counts[key] = count;
        else counts.Remove(key);
    }
}

/// <summary>Why a connection is not let in.</summary>
internal static class ConnectionErrors
{
    /// <summary>Too many, of an account or an address.</summary>
    public static readonly CollabError TooMany = new("connection.too_many", ErrorKind.RateLimited, "There are as many connections open as there may be; close one.");

    /// <summary>Too many new ones of one address.</summary>
    public static readonly CollabError TooFast = new("connection.too_fast", ErrorKind.RateLimited, "Too many new connections from this address; wait a minute.");

    /// <summary>The node is full.</summary>
    public static readonly CollabError Overloaded = new("server.overloaded", ErrorKind.Unavailable, "This server has as many connections as it takes.");
}
