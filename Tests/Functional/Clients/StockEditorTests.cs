using System.Text.Json;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional.Clients;

/// <summary>Stock JavaScript clients of every kind beside a hub client, on the real server.</summary>
[Collection(nameof(Processes))]
public class StockEditorTests
{
    public static TheoryData<string> Kinds => [
        "hub-msgpack", "hub-json", "y-websocket-1", "y-websocket-3-0", "y-websocket-3", "y-websocket-4", "hocuspocus-2", "hocuspocus-3", "hocuspocus-4",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_was_offline_while_others_typed_merges_on_return(string kind)
    {
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("start\n");
        await ada.ShareAsync(session, bob);
        await rig.JoinAsync("ada", "hub-msgpack", ada, file);
        await rig.JoinAsync("bob", kind, bob, file);

        await rig.SendAsync("disconnect", new { client = "bob", how = "abrupt" });
        await rig.TypeAsync("bob", "offline 😀\n", at: 0);
        await rig.TypeAsync("ada", "meanwhile\n");
        await rig.SendAsync("settled", new { client = "ada" });
        await rig.SendAsync("connect", new { client = "bob" });
        await rig.SeesAsync("ada", "offline 😀\n");
        await rig.SeesAsync("bob", "meanwhile\n");

        Assert.Equal("offline 😀\nstart\nmeanwhile\n", await rig.TextAsync("ada"));
        Assert.Equal("offline 😀\nstart\nmeanwhile\n", await rig.TextAsync("bob"));
        Assert.Equal("offline 😀\nstart\nmeanwhile\n", await ada.TextAsync(workspace, file));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cursor_shows_the_verified_account_comes_back_with_its_client_and_goes_with_it(string kind)
    {
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync();
        await ada.ShareAsync(session, bob);
        await rig.JoinAsync("ada", "hub-json", ada, file);
        await rig.JoinAsync("bob", kind, bob, file);
        var bobsClient = (await rig.StateAsync("bob")).GetProperty("clientId").GetInt64();
        async Task<JsonElement?> CursorOfBobAsync() =>
            (await rig.StateAsync("ada")).GetProperty("awareness").TryGetProperty($"{bobsClient}", out var state) ? state : null;

        await rig.SendAsync("awareness", new { client = "bob", state = new { user = new { id = ada.Id.Value, name = "Ada" }, cursor = new { anchor = 5 } } });
        await Eventually.TrueAsync(async () => await CursorOfBobAsync() is not null);
        var seen = (await CursorOfBobAsync())!.Value;
        Assert.Equal(5, seen.GetProperty("cursor").GetProperty("anchor").GetInt32());
        Assert.Equal((bob.Id.ToString(), "Bob"), (seen.GetProperty("user").GetProperty("id").GetString(), seen.GetProperty("user").GetProperty("name").GetString()));

        await rig.SendAsync("disconnect", new { client = "bob", how = "abrupt" });
        await Eventually.TrueAsync(async () => await CursorOfBobAsync() is null);
        await rig.SendAsync("connect", new { client = "bob" });
        await Eventually.TrueAsync(async () => await CursorOfBobAsync() is not null);
        await rig.SendAsync("disconnect", new { client = "bob", how = "polite" });
        await Eventually.TrueAsync(async () => await CursorOfBobAsync() is null);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_viewers_typing_is_refused_with_the_reason_and_reading_goes_on(string kind)
    {
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, vera) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Vera"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("text\n");
        await ada.ShareAsync(session, vera, "viewer");
        await rig.JoinAsync("ada", "hub-msgpack", ada, file);
        await rig.JoinAsync("vera", kind, vera, file);

        await rig.TypeAsync("vera", "graffiti\n");
        await rig.UntilAsync("vera", "rejected");
        await rig.TypeAsync("ada", "more\n");
        await rig.SeesAsync("vera", "more\n");

        var rejected = (await rig.StateAsync("vera")).GetProperty("rejected");
        // Hocuspocus has no words for it: scope "readonly" before, sync status 0 after.
        Assert.Equal(kind.StartsWith("hocuspocus", StringComparison.Ordinal) ? "sync status 0" : "file.read_only", rejected[0].GetProperty("code").GetString());
        Assert.Equal("text\nmore\n", await rig.TextAsync("ada"));
        Assert.Equal("text\nmore\n", await ada.TextAsync(workspace, file));
    }

    [Theory]
    [InlineData("hub-json", "errors", "file.not_found", "http 401")]
    [InlineData("hub-msgpack", "errors", "file.not_found", "http 401")]
    [InlineData("y-websocket-1", "closeCodes", "http 404", "http 401")]
    [InlineData("y-websocket-3", "closeCodes", "http 404", "http 401")]
    [InlineData("y-websocket-4", "closeCodes", "http 404", "http 401")]
    [InlineData("hocuspocus-2", "denied", "file.not_found", "auth.required")]
    [InlineData("hocuspocus-3", "denied", "file.not_found", "auth.required")]
    [InlineData("hocuspocus-4", "denied", "file.not_found", "auth.required")]
    public async Task A_stranger_and_a_caller_without_a_token_see_nothing(string kind, string part, string strange, string nameless)
    {
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (_, _, file) = await ada.SessionWithFileAsync("secret");
        await rig.AddAsync("eve", kind, eve.AccessToken, file);
        await rig.AddAsync("nobody", kind, "", file);
        await rig.SendAsync("connect", new { });
        await rig.UntilAsync("eve", part);
        var refused = kind.StartsWith("hocuspocus", StringComparison.Ordinal) ? "denied" : "closeCodes";
        await rig.UntilAsync("nobody", refused);
        var (eves, nobodys) = (await rig.StateAsync("eve"), await rig.StateAsync("nobody"));
        Assert.Contains(strange, eves.GetProperty(part)[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(nameless, nobodys.GetProperty(refused)[0].ToString());
        Assert.Equal(("", ""), (eves.GetProperty("text").GetString(), nobodys.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("hub-msgpack", "closedBy", "access.revoked")]
    [InlineData("hub-json", "closedBy", "access.revoked")]
    [InlineData("y-websocket-1", "closeCodes", "4403")]
    [InlineData("y-websocket-3", "closeCodes", "4403")]
    [InlineData("y-websocket-4", "closeCodes", "4403")]
    [InlineData("hocuspocus-2", "denied", "access.revoked")]
    [InlineData("hocuspocus-3", "denied", "access.revoked")]
    [InlineData("hocuspocus-4", "denied", "access.revoked")]
    public async Task Who_is_removed_is_told_so_and_reads_no_further(string kind, string part, string told)
    {
        await using var hub = TestHub.Start();
        await using var rig = ClientRig.Start(hub);
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, _, file) = await ada.SessionWithFileAsync("before\n");
        await ada.ShareAsync(session, bob);
        await rig.JoinAsync("ada", "hub-msgpack", ada, file);
        await rig.JoinAsync("bob", kind, bob, file);

        using var removed = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative));
        Assert.True(removed.IsSuccessStatusCode, $"{removed.StatusCode}");
        await rig.UntilAsync("bob", part);
        await rig.TypeAsync("ada", "after\n");
        await rig.SendAsync("settled", new { client = "ada" });

        var bobs = await rig.StateAsync("bob");
        Assert.Equal(told, bobs.GetProperty(part)[0].ToString());
        Assert.Equal("before\n", bobs.GetProperty("text").GetString());
    }
}
