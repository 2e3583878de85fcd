using System.Net;
using System.Net.Http.Json;
using System.Threading.Channels;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>Invitations and memberships reach every connection of those whom they concern, and nobody else.</summary>
public class NotificationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_invitation_arrives_on_every_connection_of_the_invitee_and_its_fate_at_both_sides(bool messagePack)
    {
        await using var hub = TestHub.Start();
        var (ada, bob, eve) = (await hub.RegisterAsync("ada"), await hub.RegisterAsync("bob"), await hub.RegisterAsync("eve"));
        await using var adas = await Listener.StartAsync(ada, messagePack);
        await using var laptop = await Listener.StartAsync(bob, messagePack);
        await using var phone = await Listener.StartAsync(bob, !messagePack);
        await using var eves = await Listener.StartAsync(eve, messagePack);
        var workspace = await WorkspaceAsync(ada);

        using var invited = await ada.Http.PostAsJsonAsync($"api/workspaces/{workspace}/invitations", new { email = "bob@example.org", role = "editor" });
        var id = (await invited.OkAsync(HttpStatusCode.Created)).GetProperty("invitationId").GetGuid();
        foreach (var device in new[] { laptop, phone })
        {
            var received = await device.NextAsync<InvitationEvent>("InvitationReceived");
            Assert.Equal((id, "workspace", workspace, "editor", "pending"), (received.Invitation.InvitationId, received.Invitation.Kind,
                received.Invitation.WorkspaceId!.Value, received.Invitation.Role, received.Invitation.Status));
            Assert.Equal(ada.Id.Value, received.Invitation.InvitedBy.UserId);
        }
        Assert.Equal("pending", (await adas.NextAsync<InvitationEvent>("InvitationChanged")).Invitation.Status);

        using var accepted = await bob.Http.PostAsync(new Uri($"api/invitations/{id}/accept", UriKind.Relative), null);
        await accepted.OkAsync();
        foreach (var device in new[] { adas, laptop, phone })
        {
            Assert.Equal("accepted", (await device.NextAsync<InvitationEvent>("InvitationChanged")).Invitation.Status);
        }
        var joined = await laptop.NextAsync<MembershipEvent>("MembershipChanged");
        Assert.Equal((workspace, "editor"), (joined.WorkspaceId, joined.Role));

        using var removed = await ada.Http.DeleteAsync(new Uri($"api/workspaces/{workspace}/members/{bob.Id}", UriKind.Relative));
        Assert.True(removed.IsSuccessStatusCode);
        Assert.Equal(joined with { Role = null }, await laptop.NextAsync<MembershipEvent>("MembershipChanged"));
        Assert.Equal(0, eves.Count);
    }

    [Fact]
    public async Task Nobody_listens_without_a_sign_in_and_a_sign_in_that_ends_ends_the_connection()
    {
        await using var hub = TestHub.Start();
        using var anonymous = hub.Anonymous;
        using var refused = await anonymous.PostAsync(new Uri("hubs/notifications/negotiate?negotiateVersion=1", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var ada = await hub.RegisterAsync("ada");
        await using var listener = await Listener.StartAsync(ada, messagePack: true);
        using var logout = await ada.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = ada.RefreshToken });
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        await listener.Closed.WaitAsync(Eventually.Patience);
    }

    private static async Task<Guid> WorkspaceAsync(TestUser owner)
    {
        using var created = await owner.Http.PostAsJsonAsync("api/workspaces", new { name = "team" });
        return (await created.OkAsync(HttpStatusCode.Created)).GetProperty("workspaceId").GetGuid();
    }

    private sealed class Listener : IAsyncDisposable
    {
        private readonly HubConnection _connection;
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<string, Channel<object>> _heard = new()
        {
            ["InvitationReceived"] = Channel.CreateUnbounded<object>(),
            ["InvitationChanged"] = Channel.CreateUnbounded<object>(),
            ["MembershipChanged"] = Channel.CreateUnbounded<object>(),
        };

        private Listener(HubConnection connection)
        {
            _connection = connection;
            connection.On<InvitationEvent>("InvitationReceived", e => Hear("InvitationReceived", e));
            connection.On<InvitationEvent>("InvitationChanged", e => Hear("InvitationChanged", e));
            connection.On<MembershipEvent>("MembershipChanged", e => Hear("MembershipChanged", e));
            connection.Closed += _ =>
            {
                _closed.TrySetResult();
                return Task.CompletedTask;
            };
        }

        public Task Closed => _closed.Task;

        public int Count => _heard.Values.Sum(channel => channel.Reader.Count);

        public static async Task<Listener> StartAsync(TestUser user, bool messagePack)
        {
            var builder = new HubConnectionBuilder().WithUrl(new Uri(user.Http.BaseAddress!, "hubs/notifications"), options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>(user.AccessToken);
                options.SkipNegotiation = true;
                options.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
            });
            if (messagePack) builder.AddMessagePackProtocol(pack => pack.SerializerOptions = HubMessagePack.Options);
            var listener = new Listener(builder.Build());
            await listener._connection.StartAsync();
            return listener;
        }

        public async Task<T> NextAsync<T>(string kind) =>
            (T)await _heard[kind].Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

        public ValueTask DisposeAsync() => _connection.DisposeAsync();

        private void Hear(string kind, object heard) => _heard[kind].Writer.TryWrite(heard);
    }
}
