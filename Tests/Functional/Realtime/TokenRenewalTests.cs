using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A token that is handed to a live connection keeps it longer or changes nothing.</summary>
public class TokenRenewalTests
{
    [Theory]
    [InlineData("hubs/session")]
    [InlineData("hubs/notifications")]
    public async Task An_older_token_that_is_still_good_does_not_shorten_a_connection(string path)
    {
        var clock = new JumpingClock();
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        var older = await hub.RegisterAsync("ada");
        clock.Advance(TimeSpan.FromSeconds(10));
        var newer = await hub.LoginAsync("ada");
        // The older one's warning is due, the newer one's comes in seconds.
        clock.Advance(TimeSpan.FromMinutes(9) - TimeSpan.FromSeconds(5));
        await using var connection = await newer.HubAsync(messagePack: false, path);
        var warned = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<TokenExpiringEvent>("TokenExpiring", expiring => warned.TrySetResult(expiring.ExpiresAt));
        await connection.InvokeAsync("RenewToken", older.AccessToken);
        var expires = await warned.Task.WaitAsync(Eventually.Patience);
        Assert.True(new JsonWebToken(older.AccessToken).ValidTo < expires.UtcDateTime, "The connection ends with the older token.");
        Assert.Equal(new JsonWebToken(newer.AccessToken).ValidTo, expires.UtcDateTime);
    }
}
