using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Http;

/// <summary>How often an account or an address may call the REST routes; 429 with <c>Retry-After</c> beyond.</summary>
public static class RateLimits
{
    /// <summary>Policy of creating accounts, by address.</summary>
    public const string Registrations = "registrations";

    /// <summary>Policy of creating guests, by address.</summary>
    public const string Guests = "guests";

    /// <summary>Policy of trying passwords, by address.</summary>
    public const string Logins = "logins";

    /// <summary>Policy of asking for verification and reset mails, and of trying their tokens, by address.</summary>
    public const string AccountMails = "account-mails";

    private const int NetworkBytesV6 = 8;
    private const int Segments = 12;

    /// <summary>Registers the limits over all REST routes.</summary>
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRateLimiter(limiter => limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests);
        builder.Services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>().Configure<Settings>((limiter, settings) =>
        {
            limiter.AddPolicy(Registrations, context => Window(context, settings.Limits, settings.Limits.RegistrationsPerAddress, TimeSpan.FromHours(1)));
            limiter.AddPolicy(Guests, context => Window(context, settings.Limits, settings.Limits.GuestsPerAddress, TimeSpan.FromHours(1)));
            limiter.AddPolicy(Logins, context => Window(context, settings.Limits, settings.Limits.LoginsPerAddress, TimeSpan.FromMinutes(5)));
            limiter.AddPolicy(AccountMails, context => Window(context, settings.Limits, settings.Limits.AccountMailsPerAddress, TimeSpan.FromHours(1)));
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, settings.Limits));
            limiter.OnRejected = (rejected, _) =>
            {
                // Windows do not say when; the problem then carries a default.
                if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)) rejected.HttpContext.Response.Headers.RetryAfter = Seconds(wait);
                return ValueTask.CompletedTask;
            };
        });
    }

    /// <summary>The partition of an address: itself, or its /64 network, since one IPv6 subscriber owns all of that.</summary>
    public static string AddressKey(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var address = context.Connection.RemoteIpAddress;
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytesV6, bytes.Length - NetworkBytesV6);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>A wait as the header wants it: whole seconds, at least 1.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static RateLimitPartition<string> Partition(HttpContext context, LimitsOptions limits)
    {
        if (!context.Request.Path.StartsWithSegments("/api")) return RateLimitPartition.GetNoLimiter("");
        return context.Actor().User is { } user
            ? Bucket("user:" + user, limits.RestPerUserPerSecond, limits.RestPerUserBurst)
            : IsExempt(context, limits) ? RateLimitPartition.GetNoLimiter("loopback")
            : Bucket("address:" + context.AddressKey(), limits.RestAnonymousPerSecond, limits.RestAnonymousBurst);
    }

    /// <summary>
    /// A caller on the machine itself is its owner, or a proxy behind which one key would stand for everybody: either way counting
    /// the address would only lock people out. What is counted by account stays.
    /// </summary>
    private static bool IsExempt(HttpContext context, LimitsOptions limits) =>
        !limits.CountLoopback && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static RateLimitPartition<string> Window(HttpContext context, LimitsOptions limits, int permits, TimeSpan window) => IsExempt(context, limits)
        ? RateLimitPartition.GetNoLimiter("loopback")
        : RateLimitPartition.GetSlidingWindowLimiter(context.AddressKey(),
        _ => new SlidingWindowRateLimiterOptions { PermitLimit = permits, Window = window, SegmentsPerWindow = Segments, QueueLimit = 0 });

    private static RateLimitPartition<string> Bucket(string key, int perSecond, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}
