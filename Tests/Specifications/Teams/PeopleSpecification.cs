using CollabHub.Domain;
using CollabHub.Domain.People;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class PeopleSpecification : RelationalSpecification
{
    private PeopleStore People => new PeopleStore(Db);

    [Fact]
    public async Task A_person_is_found_by_id_and_by_address_whatever_its_case()
    {
        var ada = await PersonAsync("ada");
        var expected = new Person(ada, "ada", "ada", "ada@example.org", false, true);
        Assert.Equal(expected, await People.FindAsync(ada, default));
        Assert.Equal(expected, await People.FindByEmailAsync("ADA@Example.org", default));
        Assert.Null(await People.FindAsync(new UserId(Guid.CreateVersion7()), default));
        Assert.Null(await People.FindByEmailAsync("nobody@example.org", default));
    }

    [Fact]
    public async Task The_display_name_is_made_of_the_names_that_are_there()
    {
        var ada = await PersonAsync("ada");
        await Db.ExecuteAsync("update users set first_name = 'Ada', last_name = 'Lovelace'", null, default);
        Assert.Equal("Ada Lovelace", (await People.FindAsync(ada, default))!.DisplayName);
        await Db.ExecuteAsync("update users set first_name = null", null, default);
        Assert.Equal("Lovelace", (await People.FindAsync(ada, default))!.DisplayName);
    }

    [Fact]
    public async Task Someone_without_an_address_is_a_guest()
    {
        var gus = await PersonAsync("gus", guest: true);
        Assert.True((await People.FindAsync(gus, default))!.IsGuest);
        Assert.Null(await People.FindByEmailAsync("", default));
    }

    [Fact]
    public async Task An_address_is_marked_as_verified_for_one_account()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        await People.MarkEmailVerifiedAsync(ada, Start, default);
        Assert.True((await People.FindAsync(ada, default))!.EmailVerified);
        Assert.False((await People.FindAsync(bob, default))!.EmailVerified);
    }
}

public sealed class SqlitePeopleTests : PeopleSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
