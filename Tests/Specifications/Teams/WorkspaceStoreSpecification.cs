using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class WorkspaceStoreSpecification : RelationalSpecification
{
    private WorkspaceStore Store => new WorkspaceStore(Db);

    [Fact]
    public async Task What_is_added_is_found_as_it_was_and_has_its_owner_as_a_member()
    {
        var ada = await PersonAsync("ada");
        var added = await WorkspaceAsync(ada);
        Assert.Equal(added, await Store.FindAsync(added.Id, default));
        Assert.Equal(new Membership(added.Id, ada, Role.Owner, true), await new MemberStore(Db).FindAsync(added.Id, ada, default));
        Assert.Null(await Store.FindAsync(new WorkspaceId(Guid.CreateVersion7()), default));
    }

    [Fact]
    public async Task A_list_holds_the_persons_own_newest_first_and_continues_where_it_stopped()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var mine = new List<WorkspaceId>();
        for (var n = 0; n < 5; n++) mine.Insert(0, (await WorkspaceAsync(ada, $"W{n}")).Id);
        var shared = await WorkspaceAsync(bob, "Shared");
        await WorkspaceAsync(bob, "Not ada's");
        await new MemberStore(Db).SetAsync(shared.Id, ada, Role.Viewer, bob, Next(), default);
        mine.Insert(0, shared.Id);

        var first = await Store.ListAsync(ada, new WorkspaceFilter(), new Slice(4), default);
        Assert.Equal(mine.Take(4), first.Select(view => view.Workspace.Id));
        Assert.Equal([Role.Viewer, Role.Owner, Role.Owner, Role.Owner], first.Select(view => view.Role));
        var last = first[^1].Workspace;
        var rest = await Store.ListAsync(ada, new WorkspaceFilter(), new Slice(4, new SortKey(last.CreatedAt, last.Id.Value)), default);
        Assert.Equal(mine.Skip(4), rest.Select(view => view.Workspace.Id));
    }

    [Fact]
    public async Task Filters_look_at_name_and_status_and_take_wildcards_literally()
    {
        var ada = await PersonAsync("ada");
        var percent = await WorkspaceAsync(ada, @"50%_\ Done");
        var archived = await WorkspaceAsync(ada, "Older");
        await Store.UpdateAsync(archived with { Status = WorkspaceStatus.Archived }, default);

        async Task<IEnumerable<WorkspaceId>> FindAsync(string? part, WorkspaceStatus? status = null) =>
            (await Store.ListAsync(ada, new WorkspaceFilter(part, status), new Slice(10), default)).Select(view => view.Workspace.Id);
        Assert.Equal([percent.Id], await FindAsync("%"));
        Assert.Equal([percent.Id], await FindAsync("_"));
        Assert.Equal([percent.Id], await FindAsync(@"\ done"));
        Assert.Empty(await FindAsync("5_"));
        Assert.Equal([archived.Id], await FindAsync(null, WorkspaceStatus.Archived));
        Assert.Equal([percent.Id], await FindAsync(null, WorkspaceStatus.Active));
    }

    [Fact]
    public async Task A_deleted_workspace_is_found_by_nobody_and_counts_no_more()
    {
        var ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(ada);
        await WorkspaceAsync(ada);
        Assert.Equal(2, await Store.CountOwnedAsync(ada, default));
        await Store.UpdateAsync(workspace with { Status = WorkspaceStatus.Deleted }, default);
        Assert.Null(await Store.FindAsync(workspace.Id, default));
        Assert.Single(await Store.ListAsync(ada, new WorkspaceFilter(), new Slice(10), default));
        Assert.Equal(1, await Store.CountOwnedAsync(ada, default));
    }
}

public sealed class SqliteWorkspaceStoreTests : WorkspaceStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
