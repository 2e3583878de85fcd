using System.Threading.RateLimiting;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Limits;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Telemetry;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Http;

/// <summary>
/// Answers 429 with <c>Retry-After</c> to who calls the REST routes too often. The framework's middleware would count for one node only, and
/// its limiters outlive the server that they belong to.
/// </summary>
internal sealed class RateLimiting(RequestDelegate next, RequestRates rates, IRateLimiter limiter, RequestMeter meter, IOptions<LimitsOptions> limits)
{
    /// <summary>Counts the request, or refuses it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (await WaitAsync(context) is { } wait)
        {
            await (GeneralErrors.RateLimited with { RetryAfter = wait }).ToProblem().ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private async ValueTask<TimeSpan?> WaitAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api")) return null;
        if (rates.Take(context) is { } wait) return Refused("requests", wait);
        if (context.GetEndpoint()?.Metadata.GetMetadata<AddressLimit>() is not { } limit || context.IsExempt(limits.Value)) return null;
        var rule = new RateRule($"address:{limit.Name}:{context.AddressKey()}", limit.Most(limits.Value), limit.Window);
        return await limiter.TakeAsync([rule], context.RequestAborted) is { } left ? Refused(limit.Name, left) : null;
    }

    private TimeSpan? Refused(string limit, TimeSpan wait)
    {
        meter.Refused(limit);
        return wait;
    }
}

/// <summary>How fast each account, or each address without a sign-in, may call the REST routes of this node.</summary>
internal sealed class RequestRates(IOptions<LimitsOptions> limits) : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<HttpContext> _buckets = PartitionedRateLimiter.Create<HttpContext, string>(context => BucketOf(context, limits.Value));

    /// <summary>Counts one request.</summary>
    /// <returns>Null when it may be answered; else how long until the next one may.</returns>
    public TimeSpan? Take(HttpContext context)
    {
        using var lease = _buckets.AttemptAcquire(context);
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Second;
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    private static RateLimitPartition<string> BucketOf(HttpContext context, LimitsOptions limits)
    {
        if (context.Actor().User is { } user) return Bucket("user:" + user, limits.RestPerUserPerSecond, limits.RestPerUserBurst);
        if (context.IsExempt(limits)) return RateLimitPartition.GetNoLimiter("loopback");
        return Bucket("address:" + context.AddressKey(), limits.RestAnonymousPerSecond, limits.RestAnonymousBurst);
    }

    private static RateLimitPartition<string> Bucket(string key, int perSecond, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        key, _ => new TokenBucketRateLimiterOptions { TokenLimit = burst, TokensPerPeriod = perSecond, ReplenishmentPeriod = Second, QueueLimit = 0 });
}

/// <summary>Puts the bounds before the routes.</summary>
internal static class RateLimitingRegistration
{
    /// <summary>Registers the counts.</summary>
    public static void AddRateLimits(this WebApplicationBuilder builder) => builder.Services.AddSingleton<RequestRates>();

    /// <summary>Counts requests; after authentication.</summary>
    public static void UseRateLimits(this WebApplication app) => app.UseMiddleware<RateLimiting>();
}
