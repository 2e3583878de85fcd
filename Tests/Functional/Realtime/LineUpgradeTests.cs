using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>WebSockets over either version of HTTP have a line, on the addresses of hubs and sockets and on no other.</summary>
[Collection(nameof(Timed))]
public class LineUpgradeTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Who_reads_nothing_is_silent_and_heard_as_soon_as_he_does(string version)
    {
        var told = Channel.CreateUnbounded<bool>();
        await using var app = await StartAsync(HttpVersion.Version20 == new Version(version) ? HttpProtocols.Http2 : HttpProtocols.Http1, told.Writer);
        using var socket = await ConnectAsync(app, "yjs/file", version);
        Assert.True(await NextAsync(told.Reader));
        var reading = socket.ReceiveAsync(new byte[16].AsMemory(), default);
        while (await NextAsync(told.Reader)) { }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.Equal(WebSocketMessageType.Close, (await reading).MessageType);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Other_addresses_have_none(string version)
    {
        var told = Channel.CreateUnbounded<bool>();
        await using var app = await StartAsync(HttpVersion.Version20 == new Version(version) ? HttpProtocols.Http2 : HttpProtocols.Http1, told.Writer);
        using var socket = await ConnectAsync(app, "app", version);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16].AsMemory(), default)).MessageType);
        Assert.False(told.Reader.TryRead(out _));
    }

    private static Task<bool> NextAsync(ChannelReader<bool> told) => told.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, ChannelWriter<bool> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new PresenceOptions
        {
            PingAfter = TimeSpan.FromMilliseconds(100), SilenceLimit = TimeSpan.FromMilliseconds(400), SilenceLook = TimeSpan.FromMilliseconds(50),
        });
        builder.Services.AddSingleton<Lines>().AddHostedService(services => services.GetRequiredService<Lines>());
        var app = builder.Build();
        app.UseLines();
        app.UseWebSockets();
        app.Run(context => ReadAsync(context, told));
        await app.StartAsync();
        return app;
    }

    private static async Task ReadAsync(HttpContext context, ChannelWriter<bool> told)
    {
        context.Features.Get<Line>()?.Watch(isSilent => told.WriteAsync(isSilent));
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        while ((await socket.ReceiveAsync(new byte[16].AsMemory(), context.RequestAborted)).MessageType != WebSocketMessageType.Close) { }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    private static async Task<ClientWebSocket> ConnectAsync(WebApplication app, string path, string version)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.HttpVersion = new Version(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler(), disposeHandler: false);
        await socket.ConnectAsync(new UriBuilder(app.Urls.Single()) { Scheme = "ws", Path = path }.Uri, http, default);
        return socket;
    }
}
