using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Hubs.Realtime;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>A store that does not answer is told to hub callers in its own word, and all goes on when it is back.</summary>
public class StoreAwayTests
{
    [Fact]
    public async Task Opening_and_joining_say_that_the_store_is_away_and_work_once_it_is_back()
    {
        var store = new Away();
        await using var hub = TestHub.Start(store.Replace, ("ConnectionStrings:Postgres", ""));
        var ada = await hub.GuestAsync("Ada");
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await using var connection = await ada.HubAsync(messagePack: true);
        store.IsAway = true;
        var joining = await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync<SessionSnapshot>("JoinSession", session));
        Assert.Contains("store_unavailable: store.unavailable", joining.Message, StringComparison.Ordinal);
        var opening = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await using var open = new HubFile(connection, file, 11);
            await open.NextAsync("sync");
        });
        Assert.Contains("store_unavailable: store.unavailable", opening.Message, StringComparison.Ordinal);
        store.IsAway = false;
        await using var again = new HubFile(connection, file, 12);
        await again.NextAsync("sync");
        Assert.Equal("text", again.Text);
        await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
    }

    private sealed class Away
    {
        public bool IsAway { get; set; }

        public void Replace(IServiceCollection services) => services.AddScoped<IAccessStore>(scope =>
            IsAway ? new Broken() : new AccessStore(scope.GetRequiredService<DbSession>()));
    }

    private sealed class Broken : IAccessStore
    {
        private static SqliteException Fault => new("disk I/O error", 10);

        public Task<WorkspaceAccess?> ForWorkspaceAsync(UserId? user, WorkspaceId workspace, CancellationToken ct) => throw Fault;

        public Task<SessionAccess?> ForSessionAsync(UserId? user, SessionId session, CancellationToken ct) => throw Fault;

        public Task<WorkspaceAccess?> ForFileAsync(UserId? user, FileId file, CancellationToken ct) => throw Fault;
    }
}
