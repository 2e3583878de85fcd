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

    [Fact]
    public async Task A_token_works_once_for_its_kind_until_it_expires()
    {
        var user = await AddUserAsync();
        await IssueAsync("reset", "one", user, Now, Now.AddMinutes(30));
        Assert.Null(await UseAsync("verify", "one", Now));
        Assert.Null(await UseAsync("reset", "other", Now));
        Assert.Null(await UseAsync("reset", "one", Now.AddMinutes(30)));
        Assert.Equal(user, await FindAsync("reset", "one", Now.AddMinutes(29)));
        Assert.Equal(user, await UseAsync("reset", "one", Now.AddMinutes(29)));
        Assert.Null(await UseAsync("reset", "one", Now.AddMinutes(29)));
        Assert.Null(await FindAsync("reset", "one", Now));
    }

    [Fact]
    public async Task Of_thirty_who_use_one_token_at_once_one_does()
    {
        var user = await AddUserAsync();
        await IssueAsync("reset", "one", user, Now, Now.AddMinutes(30));
        var used = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => UseAsync("reset", "one", Now)));
        Assert.Equal([user], used.OfType<UserId>());
    }

    [Fact]
    public async Task A_newer_token_voids_the_older_ones_of_its_kind_only()
    {
        var user = await AddUserAsync();
        await IssueAsync("verify", "kept", user, Now, Now.AddHours(24));
        await IssueAsync("reset", "old", user, Now, Now.AddMinutes(30));
        await IssueAsync("reset", "new", user, Now, Now.AddMinutes(30));
        Assert.Null(await UseAsync("reset", "old", Now));
        Assert.Equal(user, await FindAsync("reset", "new", Now));
        Assert.Equal(user, await FindAsync("verify", "kept", Now));
        await using (var scope = NewScope())
        {
            await WriteAsync(scope, async ct => { await CreateStore(scope).VoidAsync(user, Now, ct); return true; });
        }
        Assert.Null(await UseAsync("reset", "new", Now));
        Assert.Null(await UseAsync("verify", "kept", Now));
    }

    private async Task IssueAsync(string kind, string hash, UserId user, DateTimeOffset now, DateTimeOffset expires)
    {
        await using var scope = NewScope();
        await WriteAsync(scope, async ct => { await CreateStore(scope).IssueAsync(kind, hash, user, expires, now, ct); return true; });
    }

    private async Task<UserId?> UseAsync(string kind, string hash, DateTimeOffset now)
    {
        await using var scope = NewScope();
        return await WriteAsync(scope, ct => CreateStore(scope).UseAsync(kind, hash, now, ct));
    }

    private async Task<UserId?> FindAsync(string kind, string hash, DateTimeOffset now)
    {
        await using var scope = NewScope();
        return await CreateStore(scope).FindAsync(kind, hash, now, default);
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
