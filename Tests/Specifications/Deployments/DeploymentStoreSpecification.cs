using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Tests.Specifications.Deployments;

public abstract class DeploymentStoreSpecification : Teams.RelationalSpecification
{
    private DeploymentStore Store => new(Db);

    [Fact]
    public async Task What_is_added_is_found_as_it_was_with_its_files_and_texts()
    {
        var (deployment, file) = await AddAsync();
        Assert.Equal(deployment, await Store.FindAsync(deployment.Id, default));
        Assert.Equal([file.Pinned], await Store.FilesAsync(deployment.Id, default));
        var text = Assert.Single(await Store.TextsAsync(deployment.Id, default));
        Assert.Equal((file.Pinned, "print(1)"), (text.Pinned, System.Text.Encoding.UTF8.GetString(text.Utf8.Span)));
        Assert.Equal([deployment], await Store.LiveAsync(null, default));
        Assert.Equal([deployment], await Store.ListAsync(deployment.Session, new Slice(5), default));
    }

    [Fact]
    public async Task A_state_is_written_only_over_the_one_it_follows()
    {
        var (pending, _) = await AddAsync();
        var building = pending.To(DeploymentStatus.Building);
        Assert.True(await Store.MoveAsync(pending, building, default));
        Assert.False(await Store.MoveAsync(pending, pending.Ending(StopReasons.User), default));
        var starting = building.To(DeploymentStatus.Starting);
        Assert.True(await Store.MoveAsync(building, starting, default));
        var running = starting.Answering("c1", "10.201.0.2", Start.AddMinutes(1));
        Assert.True(await Store.MoveAsync(starting, running, default));
        Assert.Equal(running, await Store.FindAsync(pending.Id, default));
        Assert.True(await Store.MoveAsync(running, running.Restarting(Start.AddMinutes(2), afterCrash: true), default));
        Assert.False(await Store.MoveAsync(running, running.Ending(StopReasons.Crashed), default));
    }

    [Fact]
    public async Task The_history_takes_each_deployment_once()
    {
        var (pending, _) = await AddAsync();
        var over = pending.Ending(StopReasons.User, "enough").Over(Start.AddMinutes(9)) with { StartedAt = Start };
        Assert.True(await Store.MoveAsync(pending, pending.Ending(StopReasons.User), default));
        Assert.True(await Store.MoveAsync(pending.Ending(StopReasons.User), over, default));
        var past = new PastDeployment(Guid.CreateVersion7(), over, over.RuntimeMinutes());
        Assert.True(await Store.AddPastAsync(past, default));
        Assert.False(await Store.AddPastAsync(past with { Id = Guid.CreateVersion7() }, default));
        Assert.Equal([past], await Store.PastAsync(over.Session, new Slice(5), default));
        Assert.Equal(9, past.TotalRuntimeMinutes);
        Assert.Empty(await Store.LiveAsync(over.Session, default));
    }

    [Fact]
    public async Task Texts_stay_as_long_as_a_live_deployment_needs_them()
    {
        var (first, _) = await AddAsync();
        var (second, _) = await AddAsync();
        await OverAsync(first);
        await Store.ForgetTextsAsync(default);
        Assert.Single(await Store.TextsAsync(second.Id, default));
        await OverAsync(second);
        await Store.ForgetTextsAsync(default);
        Assert.Empty(await Store.TextsAsync(second.Id, default));
        Assert.Single(await Store.FilesAsync(second.Id, default));
    }

    [Fact]
    public async Task Apps_are_counted_by_session_and_the_one_that_is_replaced_not()
    {
        var (one, _) = await AddAsync();
        var (two, _) = await AddAsync(one.Owner);
        Assert.Equal(1, await Store.CountOfAsync(one.Owner, one.Session, default));
        Assert.Equal(2, await Store.CountOfAsync(one.Owner, new SessionId(Guid.NewGuid()), default));
        Assert.Equal(1, await Store.CountAllAsync(two.Session, default));
        await OverAsync(one);
        Assert.Equal(0, await Store.CountOfAsync(two.Owner, two.Session, default));
    }

    [Fact]
    public async Task Use_is_noted_forwards_only_and_takes_back_an_announced_stop()
    {
        var (pending, _) = await AddAsync();
        var running = pending with { Status = DeploymentStatus.Running, IdleWarnedAt = Start, LastActive = Start.AddMinutes(5) };
        await Store.MoveAsync(pending, running, default);
        await Store.TouchAsync(pending.Id, Start.AddMinutes(4), default);
        Assert.Equal(running, await Store.FindAsync(pending.Id, default));
        await Store.TouchAsync(pending.Id, Start.AddMinutes(6), default);
        Assert.Equal(running with { LastActive = Start.AddMinutes(6), IdleWarnedAt = null }, await Store.FindAsync(pending.Id, default));
    }

    [Fact]
    public async Task Output_is_kept_apart_and_the_installation_keeps_its_first_name()
    {
        var (deployment, _) = await AddAsync();
        Assert.Equal(new KeptOutput("", ""), await Store.OutputAsync(deployment.Id, default));
        await Store.KeepOutputAsync(deployment.Id, "built\n", null, default);
        await Store.KeepOutputAsync(deployment.Id, null, "nul\0 and 😀\n", default);
        Assert.Equal(new KeptOutput("built\n", "nul\uFFFD and 😀\n"), await Store.OutputAsync(deployment.Id, default));
        var name = await Store.InstallationAsync("first", default);
        Assert.Equal((name, "first"), (await Store.InstallationAsync("second", default), name));
    }

    [Fact]
    public async Task A_participant_has_one_place_that_changes_and_ends()
    {
        var (deployment, _) = await AddAsync();
        var participants = new DeploymentParticipantStore(Db);
        var bob = await PersonAsync("bob" + Guid.NewGuid().ToString("N")[..8]);
        await participants.SetAsync(Guid.CreateVersion7(), deployment.Id, bob, Role.Viewer, Start, default);
        await participants.SetAsync(Guid.CreateVersion7(), deployment.Id, bob, Role.Editor, Start.AddMinutes(1), default);
        await participants.TouchAsync(deployment.Id, bob, Start.AddMinutes(2), default);
        var place = Assert.Single(await participants.ListAsync(deployment.Id, new Slice(5), default));
        Assert.Equal((bob, Role.Editor, Start, Start.AddMinutes(2)), (place.User, place.Role, place.JoinedAt, place.LastActive));
        Assert.True(await participants.RemoveAsync(deployment.Id, bob, Start, default));
        Assert.False(await participants.RemoveAsync(deployment.Id, bob, Start, default));
        Assert.Null(await participants.FindAsync(deployment.Id, bob, default));
    }

    private async Task OverAsync(Deployment pending)
    {
        var stopping = pending.Ending(StopReasons.User);
        await Store.MoveAsync(pending, stopping, default);
        await Store.MoveAsync(stopping, stopping.Over(Start.AddMinutes(1)), default);
    }

    private async Task<(Deployment, PinnedText)> AddAsync(UserId? owner = null)
    {
        var user = owner ?? await PersonAsync("p" + Guid.NewGuid().ToString("N")[..8]);
        var workspace = await WorkspaceAsync(user);
        var session = await SessionAsync(workspace.Id, user);
        var deployment = new Deployment
        {
            Id = new DeploymentId(Guid.CreateVersion7()), Session = session.Id, Workspace = workspace.Id, Owner = user, Url = "http://x.apps.localhost/", Runtime = "python", Port = 8000,
            Visibility = AppVisibility.Members, CreatedAt = Next(), LastActive = Start,
        };
        var file = new PinnedText(new PinnedFile(new FileId(Guid.CreateVersion7()), "main.py", 7, 8, "hash"), "print(1)"u8.ToArray());
        await Store.AddAsync(deployment, [file], default);
        return (deployment, file);
    }
}

public sealed class SqliteDeploymentStoreTests : DeploymentStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => Sqlite(directory);
}

public sealed class PostgresDeploymentStoreTests : DeploymentStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public class PostgresLeadershipTests
{
    [Fact]
    public async Task One_of_several_leads_and_another_takes_over_when_it_goes()
    {
        var connectionString = PostgresServer.Shared.NewDatabase();
        using var one = new PostgresDatabase(connectionString);
        using var other = new PostgresDatabase(connectionString);
        var leader = new PostgresLeadership(one);
        await using var follower = new PostgresLeadership(other);
        Assert.True(await leader.IsMineAsync(default));
        Assert.True(await leader.IsMineAsync(default));
        Assert.False(await follower.IsMineAsync(default));
        await leader.DisposeAsync();
        Assert.True(await follower.IsMineAsync(default));
    }
}
