using System.Net;
using System.Net.Http.Json;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Presence;
using CollabHub.Tests.Functional.Editing;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A hub connection that the server ends hears why, and whether to come back; one that listens to nothing ends all the same.</summary>
[Collection(nameof(Timed))]
public class HubEndTests
{
    // Below the 10 s after which SignalR gives up a send by itself.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static TheoryData<string, bool> Clients => new()
    {
        { "hubs/session", false }, { "hubs/session", true }, { "hubs/notifications", false }, { "hubs/deployments", true }, { "hubs/ops", false },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_whose_sign_in_ends_is_told_so(string path, bool messagePack)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await using var connection = await ada.HubAsync(messagePack, path);
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += error =>
        {
            closed.SetResult(error);
            return Task.CompletedTask;
        };
        await LogoutAsync(ada);
        var told = await closed.Task.WaitAsync(Eventually.Patience);
        Assert.EndsWith(": sign-in ended", told?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hubs/session")]
    [InlineData("hubs/notifications")]
    [InlineData("hubs/deployments")]
    [InlineData("hubs/ops")]
    public async Task A_client_whose_token_ran_out_is_told_so_and_may_come_back(string path)
    {
        var clock = new JumpingClock();
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, path);
        // Its token is good at the upgrade; at the handshake the minute after it is over.
        clock.Advance(TimeSpan.FromMinutes(12));
        await raw.SendAsync(RawHub.JsonHandshake);
        Assert.True(await raw.HearsAsync("""{"type":7,"error":"token expired","allowReconnect":true}"""u8.ToArray(), Eventually.Patience));
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience));
    }

    [Fact]
    public async Task Who_was_signed_out_is_not_asked_back()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(RawHub.JsonHandshake);
        Assert.True(await raw.HearsAsync("{}"u8.ToArray(), Eventually.Patience));
        await LogoutAsync(ada);
        Assert.True(await raw.HearsAsync("""{"type":7,"error":"sign-in ended"}"""u8.ToArray(), Eventually.Patience));
    }

    [Fact]
    public async Task Who_floods_for_too_long_is_told_so_and_not_asked_back()
    {
        await using var hub = TestHub.Start(("Limits:MessagesPerSecond", "10"), ("Limits:MessagesBurst", "10"), ("Limits:ThrottledSeconds", "1"));
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, "hubs/session");
        await raw.SendAsync(RawHub.JsonHandshake);
        Assert.True(await raw.HearsAsync("{}"u8.ToArray(), Eventually.Patience));
        for (var i = 0; i < 100; i++) await raw.SendAsync("{\"type\":6}\u001e");
        Assert.True(await raw.HearsAsync("""{"type":7,"error":"rate.limited"}"""u8.ToArray(), Eventually.Patience));
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience));
    }

    [Fact]
    public async Task One_that_reads_nothing_ends_as_soon()
    {
        await using var hub = TestHub.Start(("Limits:QueueBytes", "100000000"));
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (session, workspace, _) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, eve);
        using var stalled = await StalledReader.ConnectAsync(eve, "hubs/session");
        await stalled.InvokeAsync("JoinSession", isStream: false, $"\"{session}\"");
        var presence = hub.Services.GetRequiredService<PresenceRegistry>();
        async Task<bool> IsHereAsync() => (await presence.ReadAsync(PresenceScope.All, default)).Any(one => one.Participants.Any(person => person.User == eve.Id));
        await Eventually.TrueAsync(IsHereAsync);
        // More than the line and its buffers hold, so that whatever is said to her waits.
        for (var i = 0; i < 100; i++)
        {
            var person = new PresentParticipant(
                new UserId(Guid.NewGuid()), "x", new string('x', 100_000), Role.Viewer, PresenceStatus.Online, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1);
            await presence.JoinAsync(new SessionId(session), new WorkspaceId(workspace), person, $"c{i}", default);
        }
        await LogoutAsync(eve);
        using var limit = new CancellationTokenSource(Soon);
        await Eventually.TrueAsync(async () =>
        {
            limit.Token.ThrowIfCancellationRequested();
            return !await IsHereAsync();
        });
    }

    private static async Task LogoutAsync(TestUser user)
    {
        using var done = await user.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = user.RefreshToken });
        await done.OkAsync(HttpStatusCode.NoContent);
    }
}
