using System.Security.Cryptography;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Limits;
using StackExchange.Redis;

namespace CollabHub.Persistence.Redis;

/// <summary>
/// Rate limits of the whole cluster: the times of the last events by key, in Redis. While Redis is away each node counts for itself. Keys are
/// hashed: they may hold addresses of people.
/// </summary>
public sealed class RedisRateLimiter(RedisConnection connection, RedisKeys keys, IRateLimiter alone, IIdSource ids) : IRateLimiter
{
    // ARGV: a name for the event, then for each key how many and the window in ms. Answers how many ms are left until it may happen, 0 = now.
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local wait = 0
        for i = 1, #KEYS do
          local most, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
          redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
          local count = redis.call('ZCARD', KEYS[i])
          if count >= most then
            local leaves = redis.call('ZRANGE', KEYS[i], count - most, count - most, 'WITHSCORES')[2]
            local left = leaves and leaves + window - now or window
            if left > wait then wait = left end
          end
        end
        if wait > 0 then return wait end
        for i = 1, #KEYS do
          redis.call('ZADD', KEYS[i], now, ARGV[1])
          redis.call('PEXPIRE', KEYS[i], ARGV[2 * i + 1])
        end
        return 0
        """;

    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> TakeAsync(IReadOnlyList<RateRule> rules, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ct.ThrowIfCancellationRequested();
        if (rules.Count == 0) return null;
        try
        {
            var names = rules.Select(rule => (RedisKey)keys.Rate(HashOf(rule.Key))).ToArray();
            RedisValue[] arguments = [ids.Next().ToString("N"), .. rules.SelectMany(rule => new RedisValue[] { rule.Most, (long)rule.Window.TotalMilliseconds })];
            var wait = (long)await connection.Multiplexer.GetDatabase().ScriptEvaluateAsync(Script, names, arguments);
            return wait == 0 ? null : TimeSpan.FromMilliseconds(wait);
        }
        catch (Exception exception) when (RedisLine.IsAway(exception))
        {
            return await alone.TakeAsync(rules, ct);
        }
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32];
}
