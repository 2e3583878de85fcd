using System.Net;
using CollabHub.Domain;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Persistence.Relational;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

/// <summary>What callers and operators see when something inside breaks.</summary>
public class FailureTests
{
    [Fact]
    public async Task A_defect_says_nothing_about_the_inside_to_the_caller_and_everything_to_the_log()
    {
        var store = new Breakable();
        await using var hub = TestHub.Start(store.Replace);
        var ada = await hub.RegisterAsync("ada");
        store.Fault = new InvalidOperationException("secret detail of the inside");
        var problem = await (await ada.Http.GetAsync("api/me")).ProblemAsync(HttpStatusCode.InternalServerError, "internal");
        Assert.DoesNotContain("secret detail", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(hub.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(10)]
    [InlineData(5)]
    public async Task A_store_that_does_not_answer_is_503_and_worth_another_try(int sqliteError)
    {
        var store = new Breakable();
        await using var hub = TestHub.Start(store.Replace, ("ConnectionStrings:Postgres", ""));
        var ada = await hub.RegisterAsync("ada");
        store.Fault = new SqliteException("disk I/O error at /secret/path", sqliteError);
        using var response = await ada.Http.GetAsync("api/me");
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
        Assert.DoesNotContain("/secret/path", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, (await ada.Http.GetAsync("healthz/live")).StatusCode);
    }

    /// <summary>The store of accounts, until it has a fault.</summary>
    private sealed class Breakable
    {
        public Exception? Fault { get; set; }

        public void Replace(IServiceCollection services) => services.AddScoped<IUserStore>(scope =>
            Fault is { } fault ? new BrokenStore(fault) : new UserStore(scope.GetRequiredService<DbSession>()));
    }

    private sealed class BrokenStore(Exception exception) : IUserStore
    {
        public Task<User?> FindAsync(UserId user, CancellationToken ct) => throw exception;

        public Task<User?> FindByLoginAsync(string login, CancellationToken ct) => throw exception;

        public Task<Result<Done>> AddAsync(User user, CancellationToken ct) => throw exception;

        public Task<Result<Done>> UpdateProfileAsync(User user, DateTimeOffset now, CancellationToken ct) => throw exception;

        public Task SetPasswordAsync(UserId user, string passwordHash, DateTimeOffset now, CancellationToken ct) => throw exception;

        public Task<int> CountFailedLoginAsync(UserId? user, CancellationToken ct) => throw exception;

        public Task SetActiveAsync(UserId user, bool isActive, DateTimeOffset now, CancellationToken ct) => throw exception;
        public Task TouchLoginAsync(UserId user, DateTimeOffset now, CancellationToken ct) => throw exception;
    }
}
