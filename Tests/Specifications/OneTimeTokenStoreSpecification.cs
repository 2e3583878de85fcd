using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Specifications;

/// <summary>What every store of one-time tokens does.</summary>
public abstract class OneTimeTokenStoreSpecification : RelationalSpecification
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected abstract IOneTimeTokenStore CreateStore(Scope scope);

    protected abstract IUserStore CreateUsers(Scope scope);

    [Fact]
    public async Task Of_thirty_who_spend_one_token_at_once_one_does()
    {
        var user = await AddUserAsync();
        var spent = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => SpendAsync(user, "one", Now)));
        Assert.Single(spent, first => first);
    }

    [Fact]
    public async Task Tokens_that_ended_long_ago_are_forgotten_and_fresh_ones_are_not()
    {
        var user = await AddUserAsync();
        Assert.True(await SpendAsync(user, "old", Now));
        Assert.True(await SpendAsync(user, "newer", Now.AddHours(1)));
        Assert.False(await SpendAsync(user, "newer", Now.AddHours(1)));
        await using var scope = NewScope();
        Assert.Equal(["newer"], await scope.Db.QueryAsync<string>("select token_hash from one_time_tokens", null, default));
    }

    private async Task<bool> SpendAsync(UserId user, string hash, DateTimeOffset now)
    {
        await using var scope = NewScope();
        return await CreateStore(scope).SpendAsync("ticket", hash, user, now.AddSeconds(30), now, default);
    }

    private async Task<UserId> AddUserAsync()
    {
        await using var scope = NewScope();
        var id = new UserId(Guid.CreateVersion7());
        await WriteAsync(scope, async ct => (await CreateUsers(scope).AddAsync(new User { Id = id, Username = "ada", CreatedAt = Now }, ct)).Value);
        return id;
    }
}
