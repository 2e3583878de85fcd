using System.Net;
using System.Net.Sockets;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Http;

/// <summary>How often one address may call a route, over all nodes of a cluster.</summary>
/// <param name="Name">What is counted, such as <c>logins</c>.</param>
/// <param name="Most">The bound that counts.</param>
/// <param name="Window">Any stretch of this length.</param>
public sealed record AddressLimit(string Name, Func<LimitsOptions, int> Most, TimeSpan Window);

/// <summary>The bounds of routes that anybody may call, and who is counted as one.</summary>
public static class RateLimits
{
    /// <summary>Creating accounts.</summary>
    public static readonly AddressLimit Registrations = new("registrations", limits => limits.RegistrationsPerAddress, TimeSpan.FromHours(1));

    /// <summary>Creating guests.</summary>
    public static readonly AddressLimit Guests = new("guests", limits => limits.GuestsPerAddress, TimeSpan.FromHours(1));

    /// <summary>Trying passwords.</summary>
    public static readonly AddressLimit Logins = new("logins", limits => limits.LoginsPerAddress, TimeSpan.FromMinutes(5));

    /// <summary>Asking for verification and reset mails, and trying their tokens.</summary>
    public static readonly AddressLimit AccountMails = new("account-mails", limits => limits.AccountMailsPerAddress, TimeSpan.FromHours(1));

    private const int NetworkBytesV6 = 8;

    /// <summary>Bounds how often one address may call the route.</summary>
    public static TBuilder LimitByAddress<TBuilder>(this TBuilder route, AddressLimit limit) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(limit);

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

    /// <summary>
    /// A caller on the machine itself is its owner, or a proxy behind which one key would stand for everybody: either way counting
    /// the address would only lock people out. What is counted by account stays.
    /// </summary>
    internal static bool IsExempt(this HttpContext context, LimitsOptions limits) =>
        !limits.CountLoopback && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
}
