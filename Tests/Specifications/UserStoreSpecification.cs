using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Specifications;

/// <summary>What every store of accounts does.</summary>
public abstract class UserStoreSpecification : RelationalSpecification
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected abstract IUserStore CreateStore(Scope scope);

    [Fact]
    public async Task An_account_is_found_as_it_was_added_by_id_address_and_name_whatever_the_case()
    {
        await using var scope = NewScope();
        var (store, ada) = (CreateStore(scope), NewUser("Ada"));
        await WriteAsync(scope, ct => store.AddAsync(ada, ct));
        Assert.Equal(ada, await store.FindAsync(ada.Id, default));
        Assert.Equal(ada, await store.FindByLoginAsync("ADA", default));
        Assert.Equal(ada, await store.FindByLoginAsync("ada@EXAMPLE.org", default));
        Assert.Null(await store.FindByLoginAsync("bob", default));
    }

    [Fact]
    public async Task Addresses_and_names_are_unique_whatever_the_case()
    {
        await using var scope = NewScope();
        var store = CreateStore(scope);
        await WriteAsync(scope, ct => store.AddAsync(NewUser("ada"), ct));
        var sameEmail = NewUser("other") with { Email = "ADA@example.org" };
        var sameName = NewUser("ADA") with { Email = "other@example.org" };
        Assert.Equal(AccountErrors.EmailTaken, (await WriteAsync(scope, ct => store.AddAsync(sameEmail, ct))).Error);
        Assert.Equal(AccountErrors.UsernameTaken, (await WriteAsync(scope, ct => store.AddAsync(sameName, ct))).Error);
        Assert.Null(await store.FindAsync(sameEmail.Id, default));
    }

    [Fact]
    public async Task Guests_have_no_address_and_do_not_collide_by_that()
    {
        await using var scope = NewScope();
        var store = CreateStore(scope);
        foreach (var name in new[] { "guest-1", "guest-2" })
        {
            Assert.Null((await WriteAsync(scope, ct => store.AddAsync(NewUser(name) with { Email = null, PasswordHash = null }, ct))).Error);
        }
        Assert.True((await store.FindByLoginAsync("guest-2", default))!.IsGuest);
    }

    [Fact]
    public async Task A_profile_is_replaced_unless_the_name_is_anothers()
    {
        await using var scope = NewScope();
        var (store, ada) = (CreateStore(scope), NewUser("ada"));
        await WriteAsync(scope, ct => store.AddAsync(ada, ct));
        await WriteAsync(scope, ct => store.AddAsync(NewUser("bob"), ct));
        var changed = ada with { Username = "ada2", FirstName = "Ada", LastName = "Lovelace", ProfileImageUrl = "https://example.org/a.png" };
        Assert.Null((await WriteAsync(scope, ct => store.UpdateProfileAsync(changed, Now, ct))).Error);
        Assert.Equal(changed, await store.FindAsync(ada.Id, default));
        Assert.Equal(AccountErrors.UsernameTaken, (await WriteAsync(scope, ct => store.UpdateProfileAsync(ada with { Username = "BOB" }, Now, ct))).Error);
        Assert.Equal(changed, await store.FindAsync(ada.Id, default));
    }

    [Fact]
    public async Task A_password_is_replaced()
    {
        await using var scope = NewScope();
        var (store, ada) = (CreateStore(scope), NewUser("ada"));
        await WriteAsync(scope, ct => store.AddAsync(ada, ct));
        await WriteAsync(scope, async ct => { await store.SetPasswordAsync(ada.Id, "new hash", Now, ct); return true; });
        Assert.Equal("new hash", (await store.FindAsync(ada.Id, default))!.PasswordHash);
    }

    [Fact]
    public async Task Failed_sign_ins_are_counted_until_one_succeeds_or_the_password_is_replaced()
    {
        await using var scope = NewScope();
        var (store, ada) = (CreateStore(scope), NewUser("ada"));
        await WriteAsync(scope, ct => store.AddAsync(ada, ct));
        for (var i = 1; i <= 3; i++) Assert.Equal(i, await WriteAsync(scope, ct => store.CountFailedLoginAsync(ada.Id, ct)));
        Assert.Equal(0, await WriteAsync(scope, ct => store.CountFailedLoginAsync(null, ct)));
        Assert.Equal(3, (await store.FindAsync(ada.Id, default))!.FailedLogins);
        await WriteAsync(scope, async ct => { await store.TouchLoginAsync(ada.Id, Now, ct); return true; });
        Assert.Equal(1, await WriteAsync(scope, ct => store.CountFailedLoginAsync(ada.Id, ct)));
        await WriteAsync(scope, async ct => { await store.SetPasswordAsync(ada.Id, "new", Now, ct); return true; });
        Assert.Equal(0, (await store.FindAsync(ada.Id, default))!.FailedLogins);
    }

    private static User NewUser(string name) => new()
    {
        Id = new UserId(Guid.CreateVersion7()), Email = $"{name}@example.org".ToLowerInvariant(), PasswordHash = "hash", Username = name, CreatedAt = Now,
    };
}
