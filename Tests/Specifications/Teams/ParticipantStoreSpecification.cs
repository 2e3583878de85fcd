using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications.Teams;

public abstract class ParticipantStoreSpecification : RelationalSpecification
{
    private ParticipantStore Store => new ParticipantStore(Db);

    [Fact]
    public async Task A_person_has_one_live_row_and_a_new_one_after_coming_back()
    {
        var (ada, gus) = (await PersonAsync("ada"), await PersonAsync("gus", guest: true));
        var session = await SessionAsync((await WorkspaceAsync(ada)).Id, ada);
        Assert.True(await Store.AddAsync(Guid.CreateVersion7(), session.Id, gus, Role.Viewer, Start, default));
        Assert.False(await Store.AddAsync(Guid.CreateVersion7(), session.Id, gus, Role.Editor, Start, default));
        Assert.Equal(new Participant(session.Id, gus, "gus", "gus", Role.Viewer, Start, Start), await Store.FindAsync(session.Id, gus, default));

        Assert.True(await Store.RemoveAsync(session.Id, gus, Start, default));
        Assert.False(await Store.RemoveAsync(session.Id, gus, Start, default));
        Assert.Null(await Store.FindAsync(session.Id, gus, default));
        var later = Start.AddHours(1);
        Assert.True(await Store.AddAsync(Guid.CreateVersion7(), session.Id, gus, Role.Editor, later, default));
        Assert.Equal(later, (await Store.FindAsync(session.Id, gus, default))!.JoinedAt);
        Assert.Equal(2, await Db.FindAsync<long>("select count(*) from session_participants where user_id = @user", new { user = gus.Value }, default));
    }

    [Fact]
    public async Task A_role_moves_only_from_what_it_was()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var session = await SessionAsync((await WorkspaceAsync(ada)).Id, ada);
        await Store.AddAsync(Guid.CreateVersion7(), session.Id, bob, Role.Viewer, Start, default);
        Assert.False(await Store.MoveAsync(session.Id, bob, Role.Editor, Role.Viewer, default));
        Assert.True(await Store.MoveAsync(session.Id, bob, Role.Viewer, Role.Editor, default));
        await Store.TouchAsync(session.Id, bob, Start.AddHours(1), default);
        var moved = (await Store.FindAsync(session.Id, bob, default))!;
        Assert.Equal((Role.Editor, Start, Start.AddHours(1)), (moved.Role, moved.JoinedAt, moved.LastActive));
    }

    [Fact]
    public async Task A_list_has_the_longest_first_and_only_the_live()
    {
        var (ada, bob, cyd) = (await PersonAsync("ada"), await PersonAsync("bob"), await PersonAsync("cyd"));
        var session = await SessionAsync((await WorkspaceAsync(ada)).Id, ada);
        await Store.AddAsync(Guid.CreateVersion7(), session.Id, bob, Role.Viewer, Next(), default);
        await Store.AddAsync(Guid.CreateVersion7(), session.Id, cyd, Role.Viewer, Next(), default);
        await Store.RemoveAsync(session.Id, bob, Next(), default);
        var first = await Store.ListAsync(session.Id, new Slice(1), default);
        var rest = await Store.ListAsync(session.Id, new Slice(9, new SortKey(first[0].JoinedAt, first[0].User.Value)), default);
        Assert.Equal([ada, cyd], first.Concat(rest).Select(participant => participant.User));
    }

    [Fact]
    public async Task Who_loses_a_workspace_loses_its_sessions_and_no_others()
    {
        var (ada, bob) = (await PersonAsync("ada"), await PersonAsync("bob"));
        var (here, there) = ((await WorkspaceAsync(ada)).Id, (await WorkspaceAsync(ada)).Id);
        var (mine, joined, other) = (await SessionAsync(here, bob), await SessionAsync(here, ada), await SessionAsync(there, ada));
        await Store.AddAsync(Guid.CreateVersion7(), joined.Id, bob, Role.Viewer, Start, default);
        await Store.AddAsync(Guid.CreateVersion7(), other.Id, bob, Role.Editor, Start, default);

        Assert.Empty(await Store.CapAsync(here, bob, Role.Editor, Start, default));
        Assert.Equal(Role.Owner, (await Store.FindAsync(mine.Id, bob, default))!.Role);
        Assert.Equal([mine.Id], await Store.CapAsync(here, bob, Role.Viewer, Start, default));
        Assert.Equal(Role.Viewer, (await Store.FindAsync(mine.Id, bob, default))!.Role);
        Assert.Equal(2, (await Store.CapAsync(here, bob, Role.None, Start, default)).Count);
        Assert.Null(await Store.FindAsync(joined.Id, bob, default));
        Assert.Equal(Role.Editor, (await Store.FindAsync(other.Id, bob, default))!.Role);
        Assert.Equal(Role.Owner, (await Store.FindAsync(joined.Id, ada, default))!.Role);
    }
}

public sealed class SqliteParticipantStoreTests : ParticipantStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}
