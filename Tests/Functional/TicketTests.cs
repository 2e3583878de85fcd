using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional;

public class TicketTests
{
    [Fact]
    public async Task A_ticket_opens_one_connection()
    {
        await using var hub = TestHub.Start();
        var ticket = await TicketAsync(await hub.RegisterAsync("ada"));
        await using (await ConnectAsync(hub, ticket))
        {
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(hub, ticket));
            Assert.Contains("401", refused.ToString(), StringComparison.Ordinal);
        }
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(hub, ticket));
    }

    [Fact]
    public async Task Of_twenty_connections_at_once_with_one_ticket_one_opens()
    {
        await using var hub = TestHub.Start();
        var ticket = await TicketAsync(await hub.RegisterAsync("ada"));
        var opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return await ConnectAsync(hub, ticket);
            }
            catch (Exception exception) when (exception.ToString().Contains("401", StringComparison.Ordinal))
            {
                return null;
            }
        }));
        await Assert.Single(opened, connection => connection is not null)!.DisposeAsync();
    }

    [Fact]
    public async Task A_ticket_ends_after_30_seconds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        var ticket = await TicketAsync(await hub.RegisterAsync("ada"));
        clock.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(hub, ticket));
    }

    [Fact]
    public async Task A_ticket_is_no_access_token_and_nobody_gets_one_without_an_account()
    {
        await using var hub = TestHub.Start();
        var ticket = await TicketAsync(await hub.RegisterAsync("ada"));
        using var http = hub.Anonymous;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ticket);
        await (await http.GetAsync("api/me")).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        using var nobody = hub.Anonymous;
        await (await nobody.PostAsync("api/auth/ticket", null)).ProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    private static async Task<string> TicketAsync(TestUser user)
    {
        var answer = await (await user.Http.PostAsync("api/auth/ticket", null)).OkAsync();
        Assert.Equal(30, answer.GetProperty("expiresIn").GetInt32());
        return answer.GetProperty("ticket").GetString()!;
    }

    private static async Task<HubConnection> ConnectAsync(TestHub hub, string ticket)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(hub.BaseAddress, $"hubs/session?access_token={ticket}"), options =>
            {
                options.SkipNegotiation = true;
                options.Transports = HttpTransportType.WebSockets;
            })
            .Build();
        try
        {
            await connection.StartAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
