using System.Net;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>The rows of people's stays, and who is here now.</summary>
public class UserSessionTests
{
    [Fact]
    public async Task A_stay_is_opened_followed_and_ended_and_activity_follows_it()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        var ada = await hub.RegisterAsync("ada");
        var (session, workspace) = await TeamHub.SessionAsync(ada);
        await using (var connection = await ada.HubAsync(messagePack: false))
        {
            await connection.InvokeAsync<object>("JoinSession", session);
            await UntilAsync(clock, async () => await StaysAsync(hub) is [{ Status: "online", EndedAt: null }]);
            await connection.InvokeAsync("SetPresence", session, new { status = "away", fileId = (Guid?)null });
            var before = clock.GetUtcNow();
            clock.Advance(TimeSpan.FromSeconds(30));
            await UntilAsync(clock, async () => await StaysAsync(hub) is [{ Status: "away" } stay] && stay.LastActivity > before);
            Assert.True((await TimesAsync(hub, "select last_active from session_participants"))[0] > before);
            Assert.True((await TimesAsync(hub, "select last_active from sessions"))[0] > before);
            Assert.True((await TimesAsync(hub, "select last_active from workspaces"))[0] > before);
        }
        clock.Advance(TimeSpan.FromSeconds(30));
        await UntilAsync(clock, async () => await StaysAsync(hub) is [{ Status: "ended", EndedAt: not null }]);
        var ended = (await StaysAsync(hub))[0];
        Assert.Equal((ada.Id.Value, workspace), (ended.UserId, ended.WsId));
        Assert.True(ended.CreatedAt < ended.EndedAt);
    }

    [Fact]
    public async Task A_stop_ends_the_stays_of_the_node_and_a_start_those_that_a_crash_left()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var bob = await hub.RegisterAsync("bob");
        var (session, workspace) = await TeamHub.SessionAsync(ada);
        await using var connection = await ada.HubAsync(messagePack: false);
        await connection.InvokeAsync<object>("JoinSession", session);
        await Eventually.TrueAsync(async () => await StaysAsync(hub) is [{ EndedAt: null }]);
        await hub.RestartAsync();
        Assert.Equal(["ended"], (await StaysAsync(hub)).Select(stay => stay.Status));

        const string left = """
            insert into user_sessions (session_id, user_id, ws_id, status, last_activity, created_at, node) values (@id, @user, @workspace, 'online', @seen, @seen, @node)
            """;
        var now = DateTimeOffset.UtcNow;
        await SqlAsync(hub, left, new { id = Guid.NewGuid(), user = ada.Id.Value, workspace, seen = now, node = Environment.MachineName });
        await SqlAsync(hub, left, new { id = Guid.NewGuid(), user = bob.Id.Value, workspace, seen = now.AddMinutes(-3), node = "another-that-died" });
        var (_, elsewhere) = await TeamHub.SessionAsync(bob);
        await SqlAsync(hub, left, new { id = Guid.NewGuid(), user = bob.Id.Value, workspace = elsewhere, seen = now.AddSeconds(-10), node = "another-that-lives" });
        await hub.RestartAsync();
        await Eventually.TrueAsync(async () => (await StaysAsync(hub)).Count(stay => stay.EndedAt is null) == 1);
        var open = (await StaysAsync(hub)).Single(stay => stay.EndedAt is null);
        Assert.Equal(elsewhere, open.WsId);
        Assert.All(await StaysAsync(hub), stay => Assert.True(stay.EndedAt is null || stay.EndedAt == stay.LastActivity));
    }

    [Fact]
    public async Task Who_is_here_is_listed_once_however_many_sessions_and_tabs()
    {
        await using var hub = TeamHub.Start();
        var (ada, bob, eve) = (await hub.Hub.RegisterAsync("ada"), await hub.Hub.RegisterAsync("bob"), await hub.Hub.RegisterAsync("eve"));
        var (first, workspace) = await TeamHub.SessionAsync(ada);
        var (second, _) = await TeamHub.SessionAsync(ada, workspace);
        await TeamHub.AddAsync(ada, workspace, bob, "viewer");
        var path = $"api/workspaces/{workspace}/presence";
        Assert.Empty(await ada.ItemsAsync(path));
        await using var one = await ada.HubAsync(messagePack: false);
        await using var two = await bob.HubAsync(messagePack: false);
        await one.InvokeAsync<object>("JoinSession", first);
        await one.InvokeAsync<object>("JoinSession", second);
        await two.InvokeAsync<object>("JoinSession", second);
        await one.InvokeAsync("SetPresence", first, new { status = "away", fileId = (Guid?)null });
        var people = await bob.ItemsAsync(path);
        Assert.Equal(["ada", "bob"], people.Select(person => person.Text("username")));
        Assert.Equal(("owner", "online", 2), (people[0].Text("role"), people[0].Text("status"), people[0].GetProperty("connections").GetInt32()));
        Assert.Equal(["color", "connections", "displayName", "fileId", "joinedAt", "lastActive", "role", "status", "userId", "username"],
            people[0].EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        await (await eve.GetAsync(path)).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await one.InvokeAsync("LeaveSession", first);
        await one.InvokeAsync("LeaveSession", second);
        await Eventually.TrueAsync(async () => (await bob.ItemsAsync(path)).Length == 1);
    }

    private static Task UntilAsync(FakeTimeProvider clock, Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return await condition();
    });

    private static Task<IReadOnlyList<Stay>> StaysAsync(TestHub hub) => QueryAsync<Stay>(hub, "select * from user_sessions order by created_at, session_id");

    private static Task<IReadOnlyList<DateTimeOffset>> TimesAsync(TestHub hub, string sql) => QueryAsync<DateTimeOffset>(hub, sql);

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(TestHub hub, string sql)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DbSession>().QueryAsync<T>(sql, null, default);
    }

    private static async Task SqlAsync(TestHub hub, string sql, object args)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().ExecuteAsync(sql, args, default);
    }

    private sealed class Stay
    {
        public Guid UserId { get; init; }
        public Guid WsId { get; init; }
        public string Status { get; init; } = "";
        public DateTimeOffset LastActivity { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }
}
