using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>What goes with an account, what stays, and what is in the way.</summary>
public class DeletingAccountTests
{
    [Fact]
    public async Task A_deleted_account_is_gone_with_its_own_workspaces_and_its_name_and_address_are_free()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var workspace = await IdAsync(await ada.Http.PostAsJsonAsync("api/workspaces", new { name = "Mine" }), "workspaceId");
        await (await DeleteAsync(ada, "not the password")).ProblemAsync(HttpStatusCode.Forbidden, "account.wrong_password");
        await (await DeleteAsync(ada, null)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await DeleteAsync(ada, TestUser.Password)).OkAsync(HttpStatusCode.NoContent);

        using var http = hub.Anonymous;
        await AssertShutOutAsync(ada);
        await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
        await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        await hub.MailToAsync("ada@example.org", "deleted");
        await AssertNothingPersonalAsync(hub, ada);
        var again = await hub.RegisterAsync("ada");
        await (await again.Http.GetAsync($"api/workspaces/{workspace}")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
    }

    [Fact]
    public async Task Who_owns_a_workspace_with_others_hands_it_over_first()
    {
        await using var hub = TestHub.Start();
        var (ada, bob) = (await hub.RegisterAsync("ada"), await hub.RegisterAsync("bob"));
        var shared = await IdAsync(await ada.Http.PostAsJsonAsync("api/workspaces", new { name = "Shared" }), "workspaceId");
        var alone = await IdAsync(await ada.Http.PostAsJsonAsync("api/workspaces", new { name = "Alone" }), "workspaceId");
        await (await ada.Http.PutAsJsonAsync($"api/workspaces/{shared}/members/{bob.Id}", new { role = "editor" })).OkAsync();
        await (await DeleteAsync(ada, TestUser.Password)).ProblemAsync(HttpStatusCode.Conflict, "account.owns_workspaces");
        await (await ada.Http.GetAsync($"api/workspaces/{alone}")).OkAsync();

        await (await ada.Http.PostAsJsonAsync($"api/workspaces/{shared}/transfer", new { userId = bob.Id.Value })).OkAsync();
        await (await DeleteAsync(ada, TestUser.Password)).OkAsync(HttpStatusCode.NoContent);
        var members = (await (await bob.Http.GetAsync($"api/workspaces/{shared}/members")).OkAsync()).GetProperty("items");
        Assert.Equal([bob.Id.Value], members.EnumerateArray().Select(member => member.GetProperty("userId").GetGuid()));
    }

    [Fact]
    public async Task Audit_rows_survive_and_name_the_id_alone()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await (await DeleteAsync(ada, TestUser.Password)).OkAsync(HttpStatusCode.NoContent);
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        var actions = await db.QueryAsync<string>("select action from audit_logs where user_id = @user order by log_id", new { user = ada.Id.Value }, default);
        Assert.Equal(["account.register", "account.delete"], actions);
    }

    [Fact]
    public async Task Connections_close_and_presence_ends_at_once()
    {
        await using var hub = TestHub.Start();
        var (ada, bob) = (await hub.RegisterAsync("ada"), await hub.RegisterAsync("bob"));
        var workspace = await IdAsync(await bob.Http.PostAsJsonAsync("api/workspaces", new { name = "Shared" }), "workspaceId");
        await (await bob.Http.PutAsJsonAsync($"api/workspaces/{workspace}/members/{ada.Id}", new { role = "editor" })).OkAsync();
        var session = await IdAsync(await bob.Http.PostAsJsonAsync("api/sessions", new { name = "Talk", workspaceId = workspace }), "sessionId");
        await using var hers = await ConnectAsync(hub, ada);
        await using var his = await ConnectAsync(hub, bob);
        var (closed, left) = (new TaskCompletionSource(), new TaskCompletionSource<Guid>());
        hers.Closed += _ =>
        {
            closed.SetResult();
            return Task.CompletedTask;
        };
        his.On<JsonElement>("ParticipantLeft", gone => left.TrySetResult(gone.GetProperty("participant").GetProperty("userId").GetGuid()));
        await hers.InvokeAsync<JsonElement>("JoinSession", session);
        await his.InvokeAsync<JsonElement>("JoinSession", session);

        await (await DeleteAsync(ada, TestUser.Password)).OkAsync(HttpStatusCode.NoContent);
        await closed.Task.WaitAsync(Eventually.Patience);
        Assert.Equal(ada.Id.Value, await left.Task.WaitAsync(Eventually.Patience));
        var participants = (await (await bob.Http.GetAsync($"api/sessions/{session}/participants")).OkAsync()).GetProperty("items");
        Assert.DoesNotContain(participants.EnumerateArray(), participant => participant.GetProperty("userId").GetGuid() == ada.Id.Value);
    }

    [Fact]
    public async Task A_guest_leaves_without_a_password()
    {
        await using var hub = TestHub.Start();
        var guest = await hub.GuestAsync("Eve");
        await IdAsync(await guest.Http.PostAsJsonAsync("api/sessions", new { name = "Talk" }), "sessionId");
        await (await guest.Http.DeleteAsync("api/me")).OkAsync(HttpStatusCode.NoContent);
        await AssertShutOutAsync(guest);
    }

    // The access token has minutes left; the end of its sign-in counts within a second.
    private static Task AssertShutOutAsync(TestUser user) => Eventually.TrueAsync(
        async () => (await user.Http.GetAsync("api/workspaces")).StatusCode == HttpStatusCode.Unauthorized);

    private static async Task AssertNothingPersonalAsync(TestHub hub, TestUser user)
    {
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        var left = await db.QueryAsync<string>(
            """
            select coalesce(email, '') || coalesce(password_hash, '') || coalesce(profile_image_url, '') || username || coalesce(first_name, '') || coalesce(last_name, '')
            from users where user_id = @user
            union all
            select coalesce(device_info, '') from refresh_tokens where user_id = @user
            """,
            new { user = user.Id.Value }, default);
        Assert.Equal([$"deleted-{user.Id.Value:N}Deleteduser", ""], left);
    }

    private static async Task<Guid> IdAsync(HttpResponseMessage response, string name) => (await response.OkAsync(HttpStatusCode.Created)).GetProperty(name).GetGuid();

    private static async Task<HttpResponseMessage> DeleteAsync(TestUser user, string? password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "api/me") { Content = JsonContent.Create(new { password }) };
        return await user.Http.SendAsync(request);
    }

    private static async Task<HubConnection> ConnectAsync(TestHub hub, TestUser user)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(hub.BaseAddress, "hubs/session"), options =>
            {
                options.SkipNegotiation = true;
                options.Transports = HttpTransportType.WebSockets;
                options.AccessTokenProvider = () => Task.FromResult<string?>(user.AccessToken);
            })
            .Build();
        await connection.StartAsync();
        return connection;
    }
}
