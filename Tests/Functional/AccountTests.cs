using System.Net;
using System.Net.Http.Json;

namespace CollabHub.Tests.Functional;

public class AccountTests
{
    [Fact]
    public async Task Who_registers_is_signed_in_and_sees_the_own_account()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var me = await (await ada.Http.GetAsync("api/me")).OkAsync();
        Assert.Equal("ada@example.org", me.GetProperty("email").GetString());
        Assert.Equal("ada", me.GetProperty("displayName").GetString());
        Assert.False(me.GetProperty("isGuest").GetBoolean());
        Assert.EndsWith("Z", me.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_has_a_given_user_name_and_the_display_name_it_chose()
    {
        await using var hub = TestHub.Start();
        var guest = await hub.GuestAsync("Grace");
        var me = await (await guest.Http.GetAsync("api/me")).OkAsync();
        Assert.StartsWith("guest-", guest.Username, StringComparison.Ordinal);
        Assert.Equal("Grace", me.GetProperty("displayName").GetString());
        Assert.True(me.GetProperty("isGuest").GetBoolean());
        Assert.Null(guest.Email);
    }

    [Fact]
    public async Task Guests_are_refused_where_they_are_switched_off()
    {
        await using var hub = TestHub.Start(("Auth:AllowGuests", "false"));
        using var http = hub.Anonymous;
        await (await http.PostAsJsonAsync("api/auth/guest", new { })).ProblemAsync(HttpStatusCode.Forbidden, "auth.guests_not_allowed");
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("ADA")]
    [InlineData("ada@example.org")]
    [InlineData("Ada@EXAMPLE.org")]
    public async Task User_name_and_address_sign_in_whatever_the_case(string login)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        Assert.Equal(ada.Id, (await hub.LoginAsync(login)).Id);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_account_get_the_same_answer()
    {
        await using var hub = TestHub.Start();
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        var wrong = await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "not the password" }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        var unknown = await (await http.PostAsJsonAsync("api/auth/login", new { login = "nobody", password = "not the password" }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.invalid_credentials");
        Assert.Equal(wrong.GetProperty("detail").GetString(), unknown.GetProperty("detail").GetString());
        Assert.Equal(wrong.EnumerateObject().Select(p => p.Name), unknown.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task An_address_or_user_name_of_another_account_is_refused()
    {
        await using var hub = TestHub.Start();
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        await (await http.PostAsJsonAsync("api/auth/register", new { email = "ADA@example.org", username = "ada2", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Conflict, "account.email_taken");
        await (await http.PostAsJsonAsync("api/auth/register", new { email = "other@example.org", username = "Ada", password = TestUser.Password }))
            .ProblemAsync(HttpStatusCode.Conflict, "account.username_taken");
    }

    [Fact]
    public async Task Of_fifty_who_want_one_user_name_at_once_one_gets_it()
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => http.PostAsJsonAsync(
            "api/auth/register", new { email = $"ada{i}@example.org", username = i % 2 == 0 ? "ada" : "ADA", password = TestUser.Password })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        var problem = await (await http.PostAsJsonAsync(
            "api/auth/register", new { email = "a@b", username = "x", password = "short", firstName = "a\u202Eb", lastName = new string('n', 101) }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.Equal(
            ["email", "firstName", "lastName", "password", "username"],
            problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_profile_changes_where_a_member_is_given_and_clears_where_it_is_null()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await (await ada.Http.PatchAsJsonAsync("api/me", new { firstName = "Ada", lastName = "Lovelace" })).OkAsync();
        var me = await (await ada.Http.PatchAsJsonAsync("api/me", new { lastName = (string?)null, profileImageUrl = "https://example.org/ada.png" })).OkAsync();
        Assert.Equal("Ada", me.GetProperty("displayName").GetString());
        Assert.Equal("https://example.org/ada.png", me.GetProperty("profileImageUrl").GetString());
        var problem = await (await ada.Http.PatchAsJsonAsync("api/me", new { emailVerified = true }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty("emailVerified", out _));
    }

    [Fact]
    public async Task Another_accounts_user_name_cannot_be_taken_over()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await hub.RegisterAsync("bob");
        await (await ada.Http.PatchAsJsonAsync("api/me", new { username = "BOB" })).ProblemAsync(HttpStatusCode.Conflict, "account.username_taken");
        var guest = await hub.GuestAsync();
        await (await guest.Http.PatchAsJsonAsync("api/me", new { username = "carol" })).ProblemAsync(HttpStatusCode.Forbidden, "account.guest_username");
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sign_ins_and_is_told_by_mail()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var other = await hub.LoginAsync("ada");
        await (await ada.Http.PostAsJsonAsync("api/me/password", new { currentPassword = "not the password", newPassword = "an entirely new one" }))
            .ProblemAsync(HttpStatusCode.Forbidden, "account.wrong_password");
        await (await ada.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "ada@example.org!" }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await ada.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "an entirely new one" }))
            .OkAsync(HttpStatusCode.NoContent);

        using var http = hub.Anonymous;
        await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = other.RefreshToken }))
            .ProblemAsync(HttpStatusCode.Unauthorized, "auth.refresh_invalid");
        await (await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken })).OkAsync();
        await (await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "an entirely new one" })).OkAsync();
        var mail = await hub.MailToAsync("ada@example.org");
        Assert.Contains("password", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("an entirely new one", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_and_keys_survive_a_restart()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await hub.RestartAsync();
        await (await ada.Http.GetAsync("api/me")).OkAsync();
        await hub.LoginAsync("ada");
    }
}
