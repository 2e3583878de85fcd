using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Auth;

/// <summary>The names of the claims in an access token.</summary>
public static class CollabClaims
{
    /// <summary>The account's id.</summary>
    public const string Subject = "sub";

    /// <summary><c>true</c> for guests.</summary>
    public const string Guest = "guest";

    /// <summary>The id of the refresh-token family that the sign-in belongs to.</summary>
    public const string Family = "fam";
}

/// <summary>Who calls and from where, read from the request.</summary>
public static class Caller
{
    private const int MaxUserAgent = 512;

    /// <summary>The account behind the principal, or nobody.</summary>
    public static Actor Actor(this ClaimsPrincipal? principal)
    {
        var subject = principal?.FindFirst(CollabClaims.Subject)?.Value;
        return Guid.TryParse(subject, out var id)
            ? new Actor(new UserId(id), principal!.HasClaim(CollabClaims.Guest, "true"))
            : Domain.Access.Actor.Anonymous;
    }

    /// <summary>The account behind the request, or nobody.</summary>
    public static Actor Actor(this HttpContext context) => context.User.Actor();

    /// <summary>The account behind an authorized request; throws when there is none, which the authorization rules out.</summary>
    public static UserId UserId(this HttpContext context) =>
        context.User.Actor().User ?? throw new InvalidOperationException("The route lacks RequireAuthorization.");

    /// <summary>The sign-in behind the principal, or null.</summary>
    public static Guid? Family(this ClaimsPrincipal? principal) =>
        Guid.TryParse(principal?.FindFirst(CollabClaims.Family)?.Value, out var family) ? family : null;

    /// <summary>The sign-in behind the request, or null.</summary>
    public static Guid? Family(this HttpContext context) => context.User.Family();

    /// <summary>Who is behind a hub connection, and from where it came.</summary>
    public static Call Call(this HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Call(context.User.Actor(), context.GetHttpContext() is { } http ? http.Origin() : new CallOrigin(null, null));
    }

    // Without the zone of a link-local address: it is the name of an interface of this machine.
    private static string? AddressOf(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()).ToString() : address?.ToString();

    /// <summary>The client's address (after forwarded headers of listed proxies) and user agent, bounded and on one line.</summary>
    public static CallOrigin Origin(this HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        if (agent.Length > MaxUserAgent) agent = agent[..MaxUserAgent];
        agent = string.Concat(agent.Select(c => char.IsControl(c) ? ' ' : c));
        return new CallOrigin(AddressOf(context.Connection.RemoteIpAddress), agent.Length == 0 ? null : agent);
    }
}
