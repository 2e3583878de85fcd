using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CollabHub.Hubs.Connections;

/// <summary>Gives every connection of the hubs and sockets its <see cref="Line"/>, whichever version of HTTP it is upgraded from.</summary>
internal static class LineUpgrades
{
    /// <summary>Before anything that accepts WebSockets: that takes what it upgrades by from the request's features.</summary>
    public static void UseLines(this WebApplication app) => app.UseWhen(context => LivePaths.Has(context.Request), live => live.Use(FollowAsync));

    /// <summary>The line of this connection.</summary>
    public static Line Line(this HttpContext context) =>
        context.Features.Get<Line>() ?? throw new InvalidOperationException("The connection has no line.");

    private static async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        using var line = context.RequestServices.GetRequiredService<Lines>().New();
        context.Features.Set(line);
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            context.Features.Set<IHttpUpgradeFeature>(new LineUpgrade(upgrade, line));
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            context.Features.Set<IHttpExtendedConnectFeature>(new LineConnect(connect, line));
        await next(context);
    }

    /// <summary>HTTP/1.1.</summary>
    private sealed class LineUpgrade(IHttpUpgradeFeature inner, Line line) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => line.Open(await inner.UpgradeAsync());
    }

    /// <summary>HTTP/2, RFC 8441.</summary>
    private sealed class LineConnect(IHttpExtendedConnectFeature inner, Line line) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => line.Open(await inner.AcceptAsync());
    }
}
