using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Hubs.Deployments;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>What hub calls leave in the log: a refusal nothing that anyone has to read, a defect one line.</summary>
public class HubLogTests
{
    [Fact]
    public async Task Refused_calls_leave_no_line_that_warns()
    {
        await using var hub = TestHub.Start(("Logging:LogLevel:Default", "Information"));
        var ada = await hub.GuestAsync("Ada");
        await using var session = await ada.HubAsync(messagePack: true);
        await using var ops = await ada.HubAsync(messagePack: true, "hubs/ops");
        await using var deployments = await ada.HubAsync(messagePack: true, "hubs/deployments");
        await RefusedAsync("not_found: session.not_found", () => session.InvokeAsync<SessionSnapshot>("JoinSession", Guid.NewGuid()));
        await RefusedAsync("unauthenticated: auth.token_invalid", () => session.InvokeAsync("RenewToken", "forged"));
        await RefusedAsync("conflict: file.not_open", () => session.InvokeAsync("MoveCursor", Guid.NewGuid(), new byte[] { 0 }));
        await RefusedAsync("not_found: file.not_found", () => FirstAsync<FileFrame>(session, "OpenFile", Guid.NewGuid(), new byte[] { 0 }));
        await RefusedAsync("permission_denied: ops.role_missing", () => FirstAsync<NodesFrame>(ops, "WatchNodes"));
        await RefusedAsync("not_found: deployment.not_found", () => FirstAsync<WatchFrame>(deployments, "WatchDeployment", Guid.NewGuid()));
        await RefusedAsync("Method does not exist.", () => session.InvokeAsync("NoSuchMethod"));
        await RefusedAsync("Failed to invoke 'JoinSession'", () => session.InvokeAsync("JoinSession"));
        Assert.DoesNotContain(hub.Log.Lines, IsLoud);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_defect_leaves_one_line_and_its_caller_hears_nothing_of_it(bool isStream)
    {
        var store = new Defective();
        await using var hub = TestHub.Start(store.Replace);
        var ada = await hub.GuestAsync("Ada");
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await using var connection = await ada.HubAsync(messagePack: true);
        store.IsDefective = true;
        var told = isStream
            ? await RefusedAsync("internal: internal", () => FirstAsync<FileFrame>(connection, "OpenFile", file, new byte[] { 0 }))
            : await RefusedAsync("internal: internal", () => connection.InvokeAsync<SessionSnapshot>("JoinSession", session));
        store.IsDefective = false;
        Assert.DoesNotContain(Defective.Detail, told, StringComparison.Ordinal);
        var line = Assert.Single(hub.Log.Lines, IsLoud);
        Assert.StartsWith("Error CollabHub.Hubs.", line, StringComparison.Ordinal);
        Assert.Contains(isStream ? "OpenFile" : "JoinSession", line, StringComparison.Ordinal);
        Assert.Contains(Defective.Detail, line, StringComparison.Ordinal);
        // The connection goes on.
        await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
    }

    [Theory]
    [InlineData("hubs/session", "{\"type\":1,\"target\":\u001e")]
    [InlineData("hubs/session", "{\"type\":\"1\"}\u001e")]
    [InlineData("hubs/notifications", null)]
    public async Task A_message_that_ends_its_connection_leaves_no_line_that_warns(string path, string? message)
    {
        await using var hub = TestHub.Start(("Logging:LogLevel:Default", "Information"));
        var ada = await hub.GuestAsync("Ada");
        using var raw = await RawHub.ConnectAsync(ada, path);
        await raw.SendAsync(RawHub.JsonHandshake);
        await raw.SendAsync(message ?? new string('x', 40_000));
        Assert.False(await raw.HearsAsync("nothing like this"u8.ToArray(), Eventually.Patience));
        Assert.DoesNotContain(hub.Log.Lines, IsLoud);
    }

    [Fact]
    public async Task A_stream_that_its_reader_or_the_connection_ends_leaves_nothing()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using (var open = new HubFile(connection, file, 1)) await open.NextAsync("sync");
        await using var again = new HubFile(connection, file, 2);
        await again.NextAsync("sync");
        await connection.StopAsync();
        // Both are over once nobody has the file open.
        var count = hub.Services.GetRequiredService<OpenFileCount>();
        await count.WhenNone.WaitAsync(Eventually.Patience);
        Assert.DoesNotContain(hub.Log.Lines, IsLoud);
    }

    // A server that is tested has neither a container engine nor pages, and says so.
    private static bool IsLoud(string line) => line.Split(' ') is ["Warning" or "Error" or "Critical", var category, ..]
        && !category.EndsWith("DeployLog", StringComparison.Ordinal) && !category.EndsWith("StaticFileMiddleware", StringComparison.Ordinal);

    private static async Task<string> RefusedAsync(string with, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<HubException>(call);
        Assert.Contains(with, refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    private static async Task FirstAsync<T>(HubConnection connection, string method, params object[] arguments)
    {
        await foreach (var _ in connection.StreamAsyncCore<T>(method, arguments)) return;
    }

    private sealed class Defective
    {
        public const string Detail = "planted for the test";

        public bool IsDefective { get; set; }

        public void Replace(IServiceCollection services) => services.AddScoped<IAccessStore>(scope =>
            IsDefective ? new Broken() : new AccessStore(scope.GetRequiredService<DbSession>()));
    }

    private sealed class Broken : IAccessStore
    {
        private static InvalidOperationException Fault => new(Defective.Detail);

        public Task<WorkspaceAccess?> ForWorkspaceAsync(UserId? user, WorkspaceId workspace, CancellationToken ct) => throw Fault;

        public Task<SessionAccess?> ForSessionAsync(UserId? user, SessionId session, CancellationToken ct) => throw Fault;

        public Task<WorkspaceAccess?> ForFileAsync(UserId? user, FileId file, CancellationToken ct) => throw Fault;
    }
}
