using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class SessionStoreSpecification : RelationalSpecification
{
    private SessionStore Store => new SessionStore(Db);

    [Fact]
    public async Task What_is_added_is_found_as_it_was_and_counts_until_its_workspace_is_deleted()
    {
        var ada = await PersonAsync("ada");
        var workspace = await WorkspaceAsync(ada);
        var session = await SessionAsync(workspace.Id, ada);
        Assert.Equal(session, await Store.FindAsync(session.Id, default));
        Assert.Equal(1, await Store.CountOpenAsync(ada, default));
        await new WorkspaceStore(Db).UpdateAsync(workspace with { Status = WorkspaceStatus.Deleted }, default);
        Assert.Empty(await ListAsync(ada));
        Assert.Equal(session, await Store.FindAsync(session.Id, default));
        Assert.Equal(0, await Store.CountOpenAsync(ada, default));
    }

    [Fact]
    public async Task A_list_holds_sessions_taken_part_in_and_those_of_ones_workspaces_with_the_stronger_role()
    {
        var (ada, bob, cyd) = (await PersonAsync("ada"), await PersonAsync("bob"), await PersonAsync("cyd"));
        var workspace = (await WorkspaceAsync(ada)).Id;
        var one = await SessionAsync(workspace, ada, "One");
        var two = await SessionAsync(workspace, ada, "Two");
        await SessionAsync((await WorkspaceAsync(cyd)).Id, cyd, "Elsewhere");
        await new MemberStore(Db).SetAsync(workspace, bob, Role.Viewer, ada, Start, default);
        await new ParticipantStore(Db).AddAsync(Guid.CreateVersion7(), one.Id, bob, Role.Editor, Start, default);
        await new ParticipantStore(Db).AddAsync(Guid.CreateVersion7(), one.Id, cyd, Role.Viewer, Start, default);

        Assert.Equal([(two, Role.Viewer), (one, Role.Editor)], await ListAsync(bob));
        Assert.Contains((one, Role.Viewer), await ListAsync(cyd));
        Assert.DoesNotContain(await ListAsync(cyd), row => row.Session == two);
        await new ParticipantStore(Db).RemoveAsync(one.Id, cyd, Start, default);
        Assert.DoesNotContain(await ListAsync(cyd), row => row.Session == one);
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_and_continues_where_it_stopped()
    {
        var ada = await PersonAsync("ada");
        var workspace = (await WorkspaceAsync(ada)).Id;
        var (one, two, three) = (await SessionAsync(workspace, ada), await SessionAsync(workspace, ada), await SessionAsync(workspace, ada));
        await Store.UpdateAsync(two with { Status = SessionStatus.Ended }, default);
        var first = await Store.ListAsync(ada, SessionStatus.Active, new Slice(1), default);
        var rest = await Store.ListAsync(ada, SessionStatus.Active, new Slice(5, new SortKey(three.CreatedAt, three.Id.Value)), default);
        Assert.Equal([three, one], first.Concat(rest).Select(view => view.Session));
    }

    [Fact]
    public async Task Someone_who_joins_wakes_an_idle_session_but_not_an_ended_one()
    {
        var ada = await PersonAsync("ada");
        var workspace = (await WorkspaceAsync(ada)).Id;
        var (idle, ended) = (await SessionAsync(workspace, ada), await SessionAsync(workspace, ada));
        await Store.UpdateAsync(idle with { Status = SessionStatus.Idle }, default);
        await Store.UpdateAsync(ended with { Status = SessionStatus.Ended }, default);
        var now = Start.AddDays(1);
        await Store.TouchAsync(idle.Id, now, default);
        await Store.TouchAsync(ended.Id, now, default);
        Assert.Equal(idle with { LastActive = now }, await Store.FindAsync(idle.Id, default));
        Assert.Equal(SessionStatus.Ended, (await Store.FindAsync(ended.Id, default))!.Status);
    }

    [Fact]
    public async Task Ending_all_ends_what_is_open_in_that_workspace_and_names_it()
    {
        var ada = await PersonAsync("ada");
        var (here, there) = ((await WorkspaceAsync(ada)).Id, (await WorkspaceAsync(ada)).Id);
        var (one, two, other) = (await SessionAsync(here, ada), await SessionAsync(here, ada), await SessionAsync(there, ada));
        await Store.UpdateAsync(two with { Status = SessionStatus.Ended }, default);
        Assert.Equal([one.Id], await Store.OpenInAsync(here, default));
        Assert.Equal([one.Id], await Store.EndAllAsync(here, Start, default));
        Assert.Empty(await Store.OpenInAsync(here, default));
        Assert.Equal(SessionStatus.Active, (await Store.FindAsync(other.Id, default))!.Status);
    }

    private async Task<IReadOnlyList<(Session Session, Role Role)>> ListAsync(Domain.UserId user) =>
        [.. (await Store.ListAsync(user, null, new Slice(10), default)).Select(view => (view.Session, view.Role))];
}

public sealed class SqliteSessionStoreTests : SessionStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
