using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Specifications;

/// <summary>What every store of refresh tokens does.</summary>
public abstract class RefreshTokenStoreSpecification : RelationalSpecification
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected abstract IRefreshTokenStore CreateStore(Scope scope);

    protected abstract IUserStore CreateUsers(Scope scope);

    [Fact]
    public async Task A_token_is_found_by_hash_and_by_id_as_it_was_added()
    {
        await using var scope = NewScope();
        var (store, token) = (CreateStore(scope), NewToken(await AddUserAsync(scope)));
        Assert.True(await WriteAsync(scope, ct => store.AddAsync(token, ct)));
        Assert.Equal(token, await store.FindByHashAsync(token.TokenHash, default));
        Assert.Equal(token, await store.FindAsync(token.TokenId, default));
        Assert.Null(await store.FindByHashAsync("unknown", default));
    }

    [Fact]
    public async Task Of_two_tokens_with_one_hash_the_first_stays()
    {
        await using var scope = NewScope();
        var (store, token) = (CreateStore(scope), NewToken(await AddUserAsync(scope)));
        await WriteAsync(scope, ct => store.AddAsync(token, ct));
        Assert.False(await WriteAsync(scope, ct => store.AddAsync(token with { TokenId = Guid.CreateVersion7() }, ct)));
        Assert.Equal(token.TokenId, (await store.FindByHashAsync(token.TokenHash, default))!.TokenId);
    }

    [Fact]
    public async Task A_token_is_replaced_once()
    {
        await using var scope = NewScope();
        var (store, token) = (CreateStore(scope), NewToken(await AddUserAsync(scope)));
        RefreshToken[] next = [NewToken(token.User, token.Family), NewToken(token.User, token.Family)];
        foreach (var each in next.Prepend(token)) await WriteAsync(scope, ct => store.AddAsync(each, ct));
        Assert.True(await WriteAsync(scope, ct => store.ReplaceAsync(token.TokenId, next[0].TokenId, Now, ct)));
        Assert.False(await WriteAsync(scope, ct => store.ReplaceAsync(token.TokenId, next[1].TokenId, Now, ct)));
        var found = await store.FindAsync(token.TokenId, default);
        Assert.Equal((next[0].TokenId, Now), (found!.ReplacedBy, found.UsedAt));
    }

    [Fact]
    public async Task Revoking_a_family_ends_it_once_and_no_other()
    {
        await using var scope = NewScope();
        var (store, token) = (CreateStore(scope), NewToken(await AddUserAsync(scope)));
        var other = NewToken(token.User);
        foreach (var each in new[] { token, other }) await WriteAsync(scope, ct => store.AddAsync(each, ct));
        Assert.True(await WriteAsync(scope, ct => store.RevokeFamilyAsync(token.Family, Now, ct)));
        Assert.False(await WriteAsync(scope, ct => store.RevokeFamilyAsync(token.Family, Now, ct)));
        Assert.Equal(Now, (await store.FindAsync(token.TokenId, default))!.RevokedAt);
        Assert.Null((await store.FindAsync(other.TokenId, default))!.RevokedAt);
    }

    [Fact]
    public async Task Devices_are_the_live_ends_of_the_chains_latest_first()
    {
        await using var scope = NewScope();
        var (store, user) = (CreateStore(scope), await AddUserAsync(scope));
        var first = NewToken(user);
        var next = NewToken(user, first.Family) with { CreatedAt = Now.AddHours(1) };
        var phone = NewToken(user) with { CreatedAt = Now.AddMinutes(1), DeviceInfo = "phone" };
        var expired = NewToken(user) with { ExpiresAt = Now };
        foreach (var each in new[] { first, next, phone, expired }) await WriteAsync(scope, ct => store.AddAsync(each, ct));
        await WriteAsync(scope, ct => store.ReplaceAsync(first.TokenId, next.TokenId, Now.AddHours(1), ct));
        var devices = await store.DevicesAsync(user, Now.AddHours(1), default);
        Assert.Equal([next.TokenId, phone.TokenId], devices.Select(device => device.TokenId));
        Assert.Equal((first.CreatedAt, next.CreatedAt), (devices[0].SignedInAt, devices[0].LastUsedAt));

        await WriteAsync(scope, async ct => { await store.RevokeOthersAsync(user, keep: phone.Family, Now, ct); return true; });
        Assert.Equal("phone", Assert.Single(await store.DevicesAsync(user, Now.AddHours(1), default)).DeviceInfo);
    }

    private async Task<UserId> AddUserAsync(Scope scope)
    {
        var id = new UserId(Guid.CreateVersion7());
        await WriteAsync(scope, async ct => (await CreateUsers(scope).AddAsync(new User { Id = id, Username = $"u{id.Value:N}"[..30], CreatedAt = Now }, ct)).Value);
        return id;
    }

    private static RefreshToken NewToken(UserId user, Guid? family = null) => new(
        Guid.CreateVersion7(), user, Guid.NewGuid().ToString("N"), family ?? Guid.CreateVersion7(), null, Now.AddDays(7), Now, null, null, null, "::1");
}
