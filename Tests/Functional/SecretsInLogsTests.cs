using System.Net.Http.Json;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional;

public class SecretsInLogsTests
{
    [Fact]
    public async Task No_log_line_holds_a_token_or_a_password_even_at_the_finest_level()
    {
        await using var hub = TestHub.Start(
            ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"));
        var ada = await hub.RegisterAsync("ada");
        await ada.Http.GetAsync($"hubs/nothing?access_token={ada.AccessToken}");
        await ada.Http.GetAsync($"yjs/nothing?access_token={ada.AccessToken}");
        await ada.Http.GetAsync($"api/me?access_token={ada.AccessToken}");
        await using (var connection = await ada.HubAsync(messagePack: false)) await connection.InvokeAsync("RenewToken", ada.AccessToken);
        await ada.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "an entirely new one" });
        await hub.MailToAsync("ada@example.org");
        using var http = hub.Anonymous;
        await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken });
        await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "a canary in the mine" });

        Assert.NotEmpty(hub.Log.Lines);
        string[] secrets = [ada.AccessToken, ada.RefreshToken, TestUser.Password, "an entirely new one", "a canary in the mine"];
        Assert.All(secrets, secret => Assert.DoesNotContain(hub.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }
}
