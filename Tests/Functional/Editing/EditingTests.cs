using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Realtime;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>People in one file, over every edge, on the real server.</summary>
public class EditingTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Two_people_on_the_hub_see_each_others_text_and_what_is_saved(bool first, bool second)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var bob = await hub.GuestAsync("Bob");
        var (session, workspace, file) = await ada.SessionWithFileAsync("start ");
        await ada.ShareAsync(session, bob);
        await using var one = await ada.HubAsync(first);
        await using var two = await bob.HubAsync(second);
        await using var adas = new HubFile(one, file, 11);
        await using var bobs = new HubFile(two, file, 22);
        var sync = await adas.NextAsync("sync");
        Assert.Equal("owner", sync.Role);
        Assert.Equal("editor", (await bobs.NextAsync("sync")).Role);
        Assert.Equal("start ", bobs.Text);
        var seq = await adas.TypeAsync("héllo 😀 ");
        await bobs.NextAsync("edit");
        Assert.Equal("start héllo 😀 ", bobs.Text);
        Assert.Equal(seq, (await adas.NextAsync("saved")).Seq);
        await bobs.TypeAsync("world");
        await adas.NextAsync("edit");
        Assert.Equal("start héllo 😀 world", adas.Text);
        await bobs.SavedAsync();
        Assert.Equal("start héllo 😀 world", await ada.TextAsync(workspace, file));
    }

    [Fact]
    public async Task Hub_socket_and_rest_edit_the_same_text()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("one\n");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var hubFile = new HubFile(connection, file, 11);
        await hubFile.NextAsync("sync");
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 22);
        await peer.SyncAsync();
        Assert.Equal("one\n", peer.Text);
        await peer.TypeAsync("two\n");
        await hubFile.NextAsync("edit");
        using var body = new StringContent("zero\none\ntwo\n", Encoding.UTF8, "text/plain");
        using var put = await ada.Http.PutAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        await peer.SeesAsync("zero\none\ntwo\n");
        while (hubFile.Text != "zero\none\ntwo\n") await hubFile.NextAsync("edit");
        await hubFile.TypeAsync("three\n");
        await peer.SeesAsync("zero\none\ntwo\nthree\n");
    }

    [Fact]
    public async Task What_is_saved_is_there_after_a_restart()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync();
        await using (var connection = await ada.HubAsync(messagePack: true))
        {
            await using var open = new HubFile(connection, file, 11);
            await open.NextAsync("sync");
            await open.TypeAsync("durable");
            await open.SavedAsync();
        }
        await hub.RestartAsync();
        Assert.Equal("durable", await ada.TextAsync(workspace, file));
    }

    [Fact]
    public async Task An_author_on_the_socket_gets_its_own_update_back_after_the_commit()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync();
        await using var peer = new YjsPeer(await ada.YjsAsync(file), 22);
        await peer.SyncAsync();
        await peer.TypeAsync("mine");
        var echo = await peer.NextAsync(m => m.Kind == YWebsocketKind.Sync && m.Sync.Kind == SyncKind.Update);
        Assert.NotNull(echo);
        Assert.Equal(DecodeError.None, Updates.Validate(echo.Value.Sync.Payload.Span));
    }

    [Fact]
    public async Task A_viewers_edits_are_refused_with_a_reason_on_every_edge_and_reach_nobody()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var vera = await hub.GuestAsync("Vera");
        var (session, workspace, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, vera, "viewer");
        await using var connection = await vera.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 33);
        Assert.Equal("viewer", (await open.NextAsync("sync")).Role);
        var seq = await open.TypeAsync("!");
        var rejected = await open.NextAsync("rejected");
        Assert.Equal(("file.read_only", seq), (rejected.Code, rejected.Seq));
        await using var peer = new YjsPeer(await vera.YjsAsync(file), 44);
        await peer.SyncAsync();
        await peer.TypeAsync("!");
        var denied = await peer.NextAsync(m => m.Kind == YWebsocketKind.PermissionDenied);
        Assert.Equal("file.read_only", denied?.Reason);
        using var body = new StringContent("!", Encoding.UTF8, "text/plain");
        using var put = await vera.Http.PutAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative), body);
        await put.ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        using var post = await vera.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = "x" });
        await post.ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        Assert.Equal("text", await ada.TextAsync(workspace, file));
    }

    [Fact]
    public async Task A_stranger_and_a_caller_without_a_name_learn_nothing_on_any_edge()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var eve = await hub.RegisterAsync("eve");
        var (session, workspace, file) = await ada.SessionWithFileAsync("secret");
        var content = new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative);
        using var read = await eve.Http.GetAsync(content);
        await read.ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        using var anonymous = hub.Anonymous;
        using var nobody = await anonymous.GetAsync(content);
        await nobody.ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await using var connection = await eve.HubAsync(messagePack: false);
        var join = await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => connection.InvokeAsync<SessionSnapshot>("JoinSession", session));
        Assert.Contains("not_found: session.not_found", join.Message, StringComparison.Ordinal);
        await using var open = new HubFile(connection, file, 55);
        var opened = await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => open.NextAsync("sync"));
        Assert.Contains("not_found: file.not_found", opened.Message, StringComparison.Ordinal);
        var pushed = await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => connection.InvokeAsync("PushEdit", file, 1L, new byte[] { 0, 0 }));
        Assert.Contains("conflict: file.not_open", pushed.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await UpgradeAsync(eve.YjsAddress(file)));
        Assert.Equal(HttpStatusCode.Unauthorized, await UpgradeAsync(new Uri(eve.YjsAddress(file).GetLeftPart(UriPartial.Path))));
        Assert.Equal(HttpStatusCode.Unauthorized, await UpgradeAsync(new Uri(eve.YjsAddress(file).GetLeftPart(UriPartial.Path) + "?access_token=forged")));
        Assert.Equal(HttpStatusCode.NotFound, await UpgradeAsync(ada.YjsAddress(Guid.NewGuid())));
        using var hubHandshake = await anonymous.PostAsync(new Uri("hubs/session/negotiate?negotiateVersion=1", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Unauthorized, hubHandshake.StatusCode);
    }

    [Fact]
    public async Task Someone_who_is_removed_stops_reading_and_writing()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var bob = await hub.GuestAsync("Bob");
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, bob);
        await using var connection = await bob.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 33);
        await open.NextAsync("sync");
        await using var peer = new YjsPeer(await bob.YjsAsync(file), 44);
        await peer.SyncAsync();
        using var removed = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal("access.revoked", (await open.NextAsync("closed").WaitAsync(Eventually.Patience)).Code);
        Assert.Null(await peer.NextAsync(_ => false).WaitAsync(Eventually.Patience));
        Assert.Equal(4403, (int)peer.Closed!.Value);
    }

    [Fact]
    public async Task A_role_that_is_raised_lets_a_viewer_write_without_reconnecting()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var vera = await hub.GuestAsync("Vera");
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, vera, "viewer");
        await using var connection = await vera.HubAsync(messagePack: false);
        await using var open = new HubFile(connection, file, 33);
        await open.NextAsync("sync");
        using var raised = await ada.Http.PatchAsJsonAsync($"api/sessions/{session}/participants/{vera.Id}", new { role = "editor" });
        Assert.True(raised.IsSuccessStatusCode);
        Assert.Equal("editor", (await open.NextAsync("role")).Role);
        await open.TypeAsync("now I may");
        await open.SavedAsync();
        Assert.Equal("now I may", await ada.TextAsync(workspace, file));
    }

    [Theory]
    [InlineData(new byte[] { 0, 2, 3, 9, 9, 9 }, 4422)]
    [InlineData(new byte[] { 0, 9, 0 }, 4422)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1 }, 4422)]
    [InlineData(new byte[] { 1, 2, 1, 5 }, 4422)]
    public async Task A_malformed_message_closes_its_connection_and_nobody_elses(byte[] message, int code)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var healthy = new YjsPeer(await ada.YjsAsync(file), 1);
        await healthy.SyncAsync();
        await using var broken = new YjsPeer(await ada.YjsAsync(file), 2);
        await broken.SyncAsync();
        await broken.SendAsync(message);
        Assert.Null(await broken.NextAsync(_ => false));
        Assert.Equal(code, (int)broken.Closed!.Value);
        await using var next = new YjsPeer(await ada.YjsAsync(file), 3);
        await next.SyncAsync();
        await next.TypeAsync("!");
        await healthy.SeesAsync("text!");
    }

    [Fact]
    public async Task Files_are_created_moved_and_deleted_under_open_editors()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (session, workspace, file) = await ada.SessionWithFileAsync("text");
        await using var connection = await ada.HubAsync(messagePack: true);
        var events = System.Threading.Channels.Channel.CreateUnbounded<(string, FileEntryFrame)>();
        foreach (var name in new[] { "FileAdded", "FileChanged", "FileRemoved" })
        {
            connection.On<FileEvent>(name, e => events.Writer.TryWrite((name, e.File)));
        }
        var snapshot = await connection.InvokeAsync<SessionSnapshot>("JoinSession", session);
        Assert.Equal("main.js", Assert.Single(snapshot.Files).Path);
        Assert.Equal("Ada", snapshot.You.DisplayName);
        await using var open = new HubFile(connection, file, 33);
        await open.NextAsync("sync");
        using var added = await ada.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = "src/Lib.py" });
        Assert.Equal("python", (await added.OkAsync(HttpStatusCode.Created)).GetProperty("language").GetString());
        using var taken = await ada.Http.PostAsJsonAsync($"api/workspaces/{workspace}/files", new { path = "SRC/lib.PY" });
        await taken.ProblemAsync(HttpStatusCode.Conflict, "file.path_taken");
        using var moved = await ada.Http.PatchAsJsonAsync($"api/workspaces/{workspace}/files/{file}", new { path = "app.ts" });
        Assert.Equal("app.ts", (await moved.OkAsync()).GetProperty("path").GetString());
        await open.TypeAsync("!");
        await open.SavedAsync();
        var known = await KnownAsync(ada, workspace, file, size: 5);
        using var deleted = await ada.Http.DeleteAsync(new Uri($"api/workspaces/{workspace}/files/{file}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("file.deleted", (await open.NextAsync("closed")).Code);
        using var gone = await ada.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files/{file}", UriKind.Relative));
        await gone.ProblemAsync(HttpStatusCode.NotFound, "file.not_found");
        using var limit = new CancellationTokenSource(Eventually.Patience);
        async Task<(string, string)> NextAsync() => await events.Reader.ReadAsync(limit.Token) is var (name, changed) ? (name, changed.Path) : default;
        Assert.Equal(("FileAdded", "src/Lib.py"), await NextAsync());
        Assert.Equal(("FileChanged", "app.ts"), await NextAsync());
        var last = await events.Reader.ReadAsync(limit.Token);
        while (last.Item1 == "FileChanged") last = await events.Reader.ReadAsync(limit.Token);
        Assert.Equal("FileRemoved", last.Item1);
        // As it was known last, all of it.
        Assert.Equal(known, last.Item2);
    }

    /// <summary>The file as REST knows it, once its size has followed the edits.</summary>
    private static async Task<FileEntryFrame> KnownAsync(TestUser user, Guid workspace, Guid file, long size)
    {
        FileEntryFrame? known = null;
        await Eventually.TrueAsync(async () =>
        {
            known = await user.Http.GetFromJsonAsync<FileEntryFrame>($"api/workspaces/{workspace}/files/{file}");
            return known!.Size == size;
        });
        return known!;
    }

    [Fact]
    public async Task Content_carries_a_tag_and_a_stale_one_changes_nothing()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("one");
        var address = new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative);
        using var read = await ada.Http.GetAsync(address);
        Assert.Equal("text/plain; charset=utf-8", read.Content.Headers.ContentType?.ToString());
        var tag = read.Headers.ETag!;
        using var same = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { tag } } };
        using var unchanged = await ada.Http.SendAsync(same);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var first = await PutAsync("two", tag);
        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.NotEqual(tag, first.Headers.ETag);
        using var stale = await PutAsync("three", tag);
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed, "file.changed");
        Assert.Equal("two", await ada.TextAsync(workspace, file));

        async Task<HttpResponseMessage> PutAsync(string text, EntityTagHeaderValue match)
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StringContent(text, Encoding.UTF8, "text/plain"), Headers = { IfMatch = { match } } };
            return await ada.Http.SendAsync(put);
        }
    }

    private static async Task<HttpStatusCode> UpgradeAsync(Uri address)
    {
        using var socket = new System.Net.WebSockets.ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(address, default));
        return socket.HttpStatusCode;
    }
}
