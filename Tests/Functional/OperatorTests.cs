using System.Net;
using System.Net.Http.Json;
using CollabHub.Domain.Accounts;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

/// <summary>What operators do to accounts, and who is none.</summary>
public class OperatorTests
{
    private static readonly object Reason = new { reason = "testing the lock" };

    [Fact]
    public async Task A_locked_account_loses_its_connections_its_tokens_and_its_sign_in_until_it_is_unlocked()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "OPS@example.org"));
        var (operatorUser, ada) = (await hub.RegisterAsync("ops"), await hub.RegisterAsync("ada"));
        await using var connection = await ada.HubAsync(messagePack: false);
        var closed = new TaskCompletionSource();
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await (await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/lock", Reason)).OkAsync(HttpStatusCode.NoContent);
        await closed.Task.WaitAsync(Eventually.Patience);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.Http.GetAsync("api/me")).StatusCode);
        using var nobody = hub.Anonymous;
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsJsonAsync("api/auth/login", new { login = "ada", password = TestUser.Password })).StatusCode);
        await (await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/unlock", new { })).OkAsync(HttpStatusCode.NoContent);
        var back = await hub.LoginAsync("ada");
        Assert.Equal(HttpStatusCode.OK, (await back.Http.GetAsync("api/me")).StatusCode);
    }

    [Fact]
    public async Task A_kicked_account_is_signed_out_everywhere_and_may_sign_in_again()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"));
        var (operatorUser, ada) = (await hub.RegisterAsync("ops"), await hub.RegisterAsync("ada"));
        await using var connection = await ada.HubAsync(messagePack: true);
        var closed = new TaskCompletionSource();
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await (await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/kick", Reason)).OkAsync(HttpStatusCode.NoContent);
        await closed.Task.WaitAsync(Eventually.Patience);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.Http.GetAsync("api/me")).StatusCode);
        await using var again = await (await hub.LoginAsync("ada")).HubAsync(messagePack: true);
        Assert.Equal(HubConnectionState.Connected, again.State);
    }

    [Fact]
    public async Task A_deleted_account_cannot_be_brought_back()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"));
        var (operatorUser, ada) = (await hub.RegisterAsync("ops"), await hub.RegisterAsync("ada"));
        using var delete = new HttpRequestMessage(HttpMethod.Delete, "api/me") { Content = JsonContent.Create(new { password = TestUser.Password }) };
        await (await ada.Http.SendAsync(delete)).OkAsync(HttpStatusCode.NoContent);
        foreach (var verb in new[] { "unlock", "lock", "kick" })
        {
            var missing = await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/{verb}", Reason);
            await missing.ProblemAsync(HttpStatusCode.NotFound, "ops.account_not_found");
        }
        await using var scope = hub.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<IUserStore>();
        // Even when the deletion commits between the operator's look and the write.
        await users.SetActiveAsync(ada.Id, isActive: true, DateTimeOffset.UtcNow, default);
        Assert.False((await users.FindAsync(ada.Id, default))!.IsActive);
    }

    [Fact]
    public async Task Nobody_else_operates_and_operators_do_not_lock_themselves_out()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"));
        var (operatorUser, ada) = (await hub.RegisterAsync("ops"), await hub.RegisterAsync("ada"));
        foreach (var verb in new[] { "kick", "lock", "unlock" })
        {
            var refused = await ada.Http.PostAsJsonAsync($"api/ops/accounts/{operatorUser.Id}/{verb}", Reason);
            await refused.ProblemAsync(HttpStatusCode.Forbidden, "ops.role_missing");
            var own = await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{operatorUser.Id}/{verb}", Reason);
            await own.ProblemAsync(HttpStatusCode.Conflict, "ops.own_account");
            var missing = await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{Guid.NewGuid()}/{verb}", Reason);
            await missing.ProblemAsync(HttpStatusCode.NotFound, "ops.account_not_found");
        }
    }

    [Fact]
    public async Task Where_addresses_can_be_verified_an_unverified_one_operates_nothing()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"), ("Auth:RequireVerifiedEmail", "true"));
        var (operatorUser, ada) = (await hub.RegisterAsync("ops"), await hub.RegisterAsync("ada"));
        var refused = await operatorUser.Http.PostAsJsonAsync($"api/ops/accounts/{ada.Id}/lock", Reason);
        await refused.ProblemAsync(HttpStatusCode.Forbidden, "ops.role_missing");
    }
}
