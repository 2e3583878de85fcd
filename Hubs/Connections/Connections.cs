using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Connections;

/// <summary>Bounds on everything that stays open: one gate before all hubs and sockets.</summary>
public static class Connections
{
    /// <summary>Registers the counts.</summary>
    public static void AddConnections(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddSingleton<OpenHubConnections>();
        builder.Services.AddSingleton<Lines>().AddHostedService(services => services.GetRequiredService<Lines>());
        builder.Services.AddSingleton(services => new ConnectionLimits(settings.Limits, services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Lets upgrades through a gate that counts them; after authentication.</summary>
    internal static void UseConnections(this WebApplication app) =>
        app.UseWhen(context => LivePaths.Has(context.Request) && context.WebSockets.IsWebSocketRequest, live => live.Use(EnterAsync));

    /// <summary>Maps a hub over WebSockets, metered frame by frame; the only way that hubs are mapped.</summary>
    public static IEndpointConventionBuilder MapLiveHub<THub>(this IEndpointRouteBuilder routes, string pattern) where THub : Hub =>
        routes.MapConnections(pattern, new HttpConnectionDispatcherOptions { Transports = HttpTransportType.WebSockets }, connection =>
            {
                var open = routes.ServiceProvider.GetRequiredService<OpenHubConnections>();
                connection.Use(next => async context =>
                {
                    using (open.Add(context)) await HubTraffic.RunAsync(context, next);
                });
                connection.UseHub<THub>();
            })
            .WithMetadata(new HubMetadata(typeof(THub)))
            .RequireAuthorization();

    /// <summary>The pass of this connection, which the gate gave it.</summary>
    internal static ConnectionPass Pass(this HttpContext context) =>
        context.Features.Get<ConnectionPass>() ?? throw new InvalidOperationException("The connection did not come through the gate.");

    private static async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        var entered = await context.RequestServices.GetRequiredService<ConnectionLimits>().EnterAsync(context);
        if (!entered.TryGet(out var pass, out var error))
        {
            await error.ToProblem().ExecuteAsync(context);
            return;
        }
        using (pass)
        {
            context.Features.Set(pass);
            await next(context);
        }
    }
}
