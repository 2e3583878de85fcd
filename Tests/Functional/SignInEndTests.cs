using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional;

/// <summary>Who signs a device out, signs its open connections out.</summary>
public class SignInEndTests
{
    [Fact]
    public async Task Logout_closes_the_connections_of_that_sign_in_and_no_other()
    {
        await using var hub = TestHub.Start();
        var (laptop, phone) = (await hub.RegisterAsync("ada"), await hub.LoginAsync("ada"));
        await using var onLaptop = await Connected.OpenAsync(hub, laptop);
        await using var onPhone = await Connected.OpenAsync(hub, phone);
        await (await laptop.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = laptop.RefreshToken })).OkAsync(HttpStatusCode.NoContent);
        await onLaptop.Closed.WaitAsync(Eventually.Patience);
        Assert.Equal(HubConnectionState.Connected, onPhone.State);
    }

    [Fact]
    public async Task Revoking_a_device_closes_its_connections()
    {
        await using var hub = TestHub.Start();
        var (laptop, phone) = (await hub.RegisterAsync("ada"), await hub.LoginAsync("ada", "phone"));
        await using var onPhone = await Connected.OpenAsync(hub, phone);
        var devices = await (await laptop.Http.GetAsync("api/me/devices")).OkAsync();
        var id = devices.GetProperty("items").EnumerateArray().Single(device => device.GetProperty("deviceInfo").GetString() == "phone").GetProperty("tokenId").GetGuid();
        await (await laptop.Http.DeleteAsync($"api/me/devices/{id}")).OkAsync(HttpStatusCode.NoContent);
        await onPhone.Closed.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_new_password_closes_all_connections_but_those_of_the_sign_in_that_changed_it()
    {
        await using var hub = TestHub.Start();
        var (laptop, phone) = (await hub.RegisterAsync("ada"), await hub.LoginAsync("ada"));
        await using var onLaptop = await Connected.OpenAsync(hub, laptop);
        await using var onPhone = await Connected.OpenAsync(hub, phone);
        await (await laptop.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "an entirely new one" }))
            .OkAsync(HttpStatusCode.NoContent);
        await onPhone.Closed.WaitAsync(Eventually.Patience);
        Assert.Equal(HubConnectionState.Connected, onLaptop.State);
    }

    [Fact]
    public async Task After_the_end_the_access_token_opens_no_connection_though_it_has_minutes_left()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await (await ada.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = ada.RefreshToken })).OkAsync(HttpStatusCode.NoContent);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Connected.OpenAsync(hub, ada));
        Assert.Contains("401", refused.ToString(), StringComparison.Ordinal);
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        var address = new UriBuilder(hub.BaseAddress) { Scheme = "ws", Path = $"/yjs/{Guid.NewGuid()}", Query = $"access_token={ada.AccessToken}" }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, default));
        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
    }

    private sealed class Connected : IAsyncDisposable
    {
        private readonly HubConnection _connection;
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Connected(HubConnection connection)
        {
            _connection = connection;
            connection.Closed += _ =>
            {
                _closed.SetResult();
                return Task.CompletedTask;
            };
        }

        public Task Closed => _closed.Task;

        public HubConnectionState State => _connection.State;

        public static async Task<Connected> OpenAsync(TestHub hub, TestUser user)
        {
            var connected = new Connected(new HubConnectionBuilder()
                .WithUrl(new Uri(hub.BaseAddress, "hubs/session"), options =>
                {
                    options.SkipNegotiation = true;
                    options.Transports = HttpTransportType.WebSockets;
                    options.AccessTokenProvider = () => Task.FromResult<string?>(user.AccessToken);
                })
                .Build());
            await connected._connection.StartAsync();
            return connected;
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
