using System.Diagnostics;
using System.Net;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>The Hocuspocus framing beyond what stock providers show of themselves.</summary>
public class HocuspocusTests
{
    [Fact]
    public async Task Two_documents_on_one_socket_do_not_mix_and_every_update_is_answered_once()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, first) = await ada.SessionWithFileAsync("one");
        var (_, _, second) = await ada.SessionWithFileAsync("two");
        var (one, two, tab) = ($"{first}", $"{second}", $"{first}\0tab-2");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        Assert.Equal("read-write", await peer.OpenAsync(one, ada.AccessToken));
        await peer.OpenAsync(two, ada.AccessToken);
        await peer.OpenAsync(tab, ada.AccessToken);
        await peer.TypeAsync(one, 11, " more");
        await peer.TypeAsync(two, 12, " less");
        while (peer.Waiting(one) + peer.Waiting(two) + peer.Waiting(tab) > 0 || peer.Text(tab) != "one more")
        {
            var frame = await peer.NextAsync(_ => true);
            if (frame!.Kind == HocuspocusKind.SyncStatus) Assert.True(frame.Saved);
        }
        Assert.Equal(("one more", "two less"), (peer.Text(one), peer.Text(two)));
        Assert.Equal("one more", await ada.TextAsync(workspace, first));
    }

    [Fact]
    public async Task A_document_that_its_provider_closes_leaves_the_others_open_and_may_come_back()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, first) = await ada.SessionWithFileAsync("one");
        var (_, _, second) = await ada.SessionWithFileAsync("two");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.OpenAsync($"{first}", ada.AccessToken);
        await peer.OpenAsync($"{second}", ada.AccessToken);
        await peer.SendAsync(new HocuspocusFrame(HocuspocusKind.Close, $"{first}"));
        Assert.Equal("provider_initiated", (await peer.NextAsync(f => f.Kind == HocuspocusKind.Close))!.Text);
        await peer.TypeAsync($"{second}", 12, "!");
        Assert.True((await peer.NextAsync(f => f.Kind == HocuspocusKind.SyncStatus && f.Document == $"{second}"))!.Saved);
        await peer.OpenAsync($"{first}", ada.AccessToken);
    }

    [Fact]
    public async Task A_viewer_is_readonly_refused_with_status_0_and_told_when_the_role_rises()
    {
        await using var hub = TestHub.Start();
        var (ada, vera) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Vera"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, vera, "viewer");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        Assert.Equal("readonly", await peer.OpenAsync($"{file}", vera.AccessToken));
        // The step 2 of the opening brought nothing and is fine.
        Assert.True((await peer.NextAsync(f => f.Kind == HocuspocusKind.SyncStatus))!.Saved);
        await peer.TypeAsync($"{file}", 44, "!");
        Assert.False((await peer.NextAsync(f => f.Kind == HocuspocusKind.SyncStatus))!.Saved);
        Assert.Equal("text", await ada.TextAsync(workspace, file));
        using var raised = await ada.Http.PatchAsync(
            new Uri($"api/sessions/{session}/participants/{vera.Id}", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { role = "editor" }));
        Assert.Equal(HttpStatusCode.OK, raised.StatusCode);
        Assert.Equal("read-write", (await peer.NextAsync(f => f.Kind == HocuspocusKind.Authenticated))!.Text);
    }

    [Fact]
    public async Task Who_shows_no_good_token_is_refused_told_why_and_cut_off()
    {
        await using var hub = TestHub.Start();
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (_, _, file) = await ada.SessionWithFileAsync("secret");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        var began = Stopwatch.GetTimestamp();
        // What comes without or before a token is as if it had not been said.
        await peer.SendAsync(new HocuspocusFrame(HocuspocusKind.Sync, $"{file}") { Sync = new SyncMessage(SyncKind.Step1, new byte[] { 0 }) });
        foreach (var (address, token, code) in new[]
        {
            ($"{file}", "forged", "auth.required"), ($"{file}", eve.AccessToken, "file.not_found"), ("no-such-file", ada.AccessToken, "file.not_found"),
            ($"{file}".ToUpperInvariant(), ada.AccessToken, "file.not_found"),
        })
        {
            await peer.AuthenticateAsync(address, token);
            var denied = await peer.NextAsync(_ => true);
            Assert.Equal((HocuspocusKind.PermissionDenied, address, code), (denied!.Kind, denied.Address, denied.Text));
        }
        Assert.Null(await peer.NextAsync(_ => true));
        Assert.Equal(4401, peer.Closed);
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_stranger_may_send_four_kilobytes_and_no_more()
    {
        await using var hub = TestHub.Start();
        await using var whole = await HocuspocusPeer.ConnectAsync(hub);
        await whole.AuthenticateAsync("x", new string('t', 5000));
        Assert.Null(await whole.NextAsync(_ => true));
        Assert.Equal(4413, whole.Closed);
        await using var pieces = await HocuspocusPeer.ConnectAsync(hub);
        for (var i = 0; i < 5; i++) await pieces.SendAsync(new HocuspocusFrame(HocuspocusKind.Stateless, "x") { Text = new string('t', 1000) });
        Assert.Null(await pieces.NextAsync(_ => true));
        Assert.Equal(4413, pieces.Closed);
    }

    [Fact]
    public async Task A_later_token_of_the_same_person_is_accepted_and_one_of_somebody_else_is_not()
    {
        await using var hub = TestHub.Start();
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, bob);
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.OpenAsync($"{file}", ada.AccessToken);
        await peer.AuthenticateAsync($"{file}", ada.AccessToken);
        Assert.Equal("read-write", (await peer.NextAsync(f => f.Kind is HocuspocusKind.Authenticated or HocuspocusKind.PermissionDenied))!.Text);
        await peer.AuthenticateAsync($"{file}", bob.AccessToken);
        Assert.Equal("auth.required", (await peer.NextAsync(f => f.Kind == HocuspocusKind.PermissionDenied))!.Text);
        await peer.TypeAsync($"{file}", 11, "!");
        Assert.True((await peer.NextAsync(f => f.Kind == HocuspocusKind.SyncStatus && peer.Waiting($"{file}") == 0))!.Saved);
    }

    [Fact]
    public async Task The_thirty_third_document_of_a_socket_is_refused()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        for (var i = 0; i < 32; i++) await peer.OpenAsync($"{file}\0{i}", ada.AccessToken);
        await peer.AuthenticateAsync($"{file}\0more", ada.AccessToken);
        Assert.Equal("file.too_many_open", (await peer.NextAsync(f => f.Kind == HocuspocusKind.PermissionDenied))!.Text);
    }

    [Fact]
    public async Task A_sign_in_that_ends_closes_the_socket()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("text");
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.OpenAsync($"{file}", ada.AccessToken);
        using var logout = await ada.Http.PostAsync(new Uri("api/auth/logout", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { refreshToken = ada.RefreshToken }));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Null(await peer.NextAsync(_ => false));
        Assert.Equal(4401, peer.Closed);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff }, 4422)]
    [InlineData(new byte[] { 0 }, 4422)]
    [InlineData(new byte[] { 1, (byte)'x', 6, 1, (byte)'y' }, 4422)]
    public async Task What_is_malformed_or_only_for_servers_closes_the_socket(byte[] message, int code)
    {
        await using var hub = TestHub.Start();
        await using var peer = await HocuspocusPeer.ConnectAsync(hub);
        await peer.SendAsync(message);
        Assert.Null(await peer.NextAsync(_ => true));
        Assert.Equal(code, peer.Closed);
    }
}
