using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

/// <summary>What callers and operators see when something inside breaks.</summary>
public class FailureTests
{
    [Fact]
    public async Task A_defect_says_nothing_about_the_inside_to_the_caller_and_everything_to_the_log()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await using var broken = StartBroken(hub, new InvalidOperationException("secret detail of the inside"));
        using var http = As(ada, broken);
        var problem = await (await http.GetAsync("api/me")).ProblemAsync(HttpStatusCode.InternalServerError, "internal");
        Assert.DoesNotContain("secret detail", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(broken.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(10)]
    [InlineData(5)]
    public async Task A_store_that_does_not_answer_is_503_and_worth_another_try(int sqliteError)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await using var broken = StartBroken(hub, new SqliteException("disk I/O error at /secret/path", sqliteError));
        using var http = As(ada, broken);
        using var response = await http.GetAsync("api/me");
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
        Assert.DoesNotContain("/secret/path", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz/live")).StatusCode);
    }

    private static HttpClient As(TestUser user, TestHub hub)
    {
        var http = hub.Anonymous;
        http.DefaultRequestHeaders.Authorization = user.Http.DefaultRequestHeaders.Authorization;
        return http;
    }

    private static TestHub StartBroken(TestHub hub, Exception exception) => TestHub.Start(
        services => services.AddScoped<IUserStore>(_ => new BrokenStore(exception)),
        ("ConnectionStrings:Postgres", ""),
        ("Auth:SigningKey", File.ReadAllText(Path.Combine(hub.DataDirectory, "signing.key"))));

    private sealed class BrokenStore(Exception exception) : IUserStore
    {
        public Task<User?> FindAsync(UserId user, CancellationToken ct) => throw exception;

        public Task<User?> FindByLoginAsync(string login, CancellationToken ct) => throw exception;

        public Task<Result<Done>> AddAsync(User user, CancellationToken ct) => throw exception;

        public Task<Result<Done>> UpdateProfileAsync(User user, DateTimeOffset now, CancellationToken ct) => throw exception;

        public Task SetPasswordAsync(UserId user, string passwordHash, DateTimeOffset now, CancellationToken ct) => throw exception;

        public Task TouchLoginAsync(UserId user, DateTimeOffset now, CancellationToken ct) => throw exception;
    }
}
