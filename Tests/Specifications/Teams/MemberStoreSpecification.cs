using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class MemberStoreSpecification : RelationalSpecification
{
    private MemberStore Store => new MemberStore(Db);

    [Fact]
    public async Task A_member_is_set_changed_revoked_and_may_come_back()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var id = (await WorkspaceAsync(ada)).Id;
        Assert.Null(await Store.FindAsync(id, bob, default));
        await Store.SetAsync(id, bob, Role.Viewer, ada, Start, default);
        await Store.SetAsync(id, bob, Role.Editor, ada, Start.AddHours(1), default);
        Assert.Equal(new Membership(id, bob, Role.Editor, true), await Store.FindAsync(id, bob, default));
        Assert.Equal(Start, (await Store.FindMemberAsync(id, bob, default))!.CreatedAt);

        Assert.False(await Store.RevokeAsync(id, bob, Role.Viewer, Start, default));
        Assert.True(await Store.RevokeAsync(id, bob, Role.Editor, Start, default));
        Assert.False(await Store.RevokeAsync(id, bob, Role.Editor, Start, default));
        Assert.False((await Store.FindAsync(id, bob, default))!.IsActive);
        Assert.Null(await Store.FindMemberAsync(id, bob, default));

        await Store.SetAsync(id, bob, Role.Viewer, ada, Start.AddHours(2), default);
        Assert.Equal(
            new Member(bob, "bob", "bob", "bob@example.org", Role.Viewer, "active", Start.AddHours(2)), await Store.FindMemberAsync(id, bob, default));
    }

    [Fact]
    public async Task Only_a_move_touches_a_live_owner_and_only_the_first_of_two()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var id = (await WorkspaceAsync(ada)).Id;
        await Store.SetAsync(id, ada, Role.Viewer, ada, Start, default);
        Assert.Equal(Role.Owner, (await Store.FindAsync(id, ada, default))!.Role);

        await Store.SetAsync(id, bob, Role.Editor, ada, Start, default);
        Assert.True(await Store.MoveAsync(id, ada, Role.Owner, Role.Admin, ada, Start, default));
        Assert.False(await Store.MoveAsync(id, ada, Role.Owner, Role.Admin, ada, Start, default));
        Assert.True(await Store.MoveAsync(id, bob, Role.Editor, Role.Owner, ada, Start, default));
        Assert.Equal((Role.Admin, Role.Owner), ((await Store.FindAsync(id, ada, default))!.Role, (await Store.FindAsync(id, bob, default))!.Role));
    }

    [Fact]
    public async Task The_table_itself_refuses_a_second_owner()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var id = (await WorkspaceAsync(ada)).Id;
        await Store.SetAsync(id, bob, Role.Editor, ada, Start, default);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Store.MoveAsync(id, bob, Role.Editor, Role.Owner, ada, Start, default));
        Assert.True(Database.IsUniqueViolation(refused));
    }

    [Fact]
    public async Task Every_change_raises_the_version_of_the_row()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var id = (await WorkspaceAsync(ada)).Id;
        await Store.SetAsync(id, bob, Role.Viewer, ada, Start, default);
        await Store.SetAsync(id, bob, Role.Editor, ada, Start, default);
        await Store.MoveAsync(id, bob, Role.Editor, Role.Admin, ada, Start, default);
        await Store.RevokeAsync(id, bob, Role.Admin, Start, default);
        Assert.Equal(4, await Db.FindAsync<long>("select version from workspace_permissions where user_id = @user", new { user = bob.Value }, default));
    }

    [Fact]
    public async Task A_list_has_the_longest_membership_first_and_continues_where_it_stopped()
    {
        var ada = await PersonAsync("ada");
        var id = (await WorkspaceAsync(ada)).Id;
        List<string> names = ["ada"];
        foreach (var name in new[] { "bob", "cyd", "dan" })
        {
            names.Add(name);
            await Store.SetAsync(id, await PersonAsync(name), Role.Editor, ada, Next(), default);
        }
        var first = await Store.ListAsync(id, new Slice(3), default);
        var rest = await Store.ListAsync(id, new Slice(3, new SortKey(first[^1].CreatedAt, first[^1].User.Value)), default);
        Assert.Equal(names, first.Concat(rest).Select(member => member.Username));
    }
}

public sealed class SqliteMemberStoreTests : MemberStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
