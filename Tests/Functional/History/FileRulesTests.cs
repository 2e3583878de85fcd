using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional.History;

/// <summary>What files may hold and how they are moved, on the real server.</summary>
public class FileRulesTests
{
    public static TheoryData<string, byte[]> Texts() => new()
    {
        { "mixed line ends", "a\r\nb\nc\rd\n\r"u8.ToArray() }, { "byte order mark", "\uFEFFtext"u8.ToArray() }, { "controls", "\u0001\u001b[31m\u007f"u8.ToArray() },
        { "one long line", Encoding.UTF8.GetBytes(new string('x', 2_000_000)) }, { "decomposed", "e\u0301 \u212B"u8.ToArray() }, { "emoji", "👩‍👩‍👧‍👦 🏳️‍🌈"u8.ToArray() },
        { "noncharacters", "\uFFFE\uFFFF"u8.ToArray() }, { "empty", [] },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public async Task A_text_comes_back_byte_for_byte(string what, byte[] text)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var file = await SearchTests.CreateAsync(ada, workspace, "a", "before");
        var content = $"api/workspaces/{workspace}/files/{file}/content";
        using var put = await PutAsync(ada, content, text);
        Assert.True(put.StatusCode == HttpStatusCode.NoContent, what);
        Assert.Equal(text, await ada.Http.GetByteArrayAsync(new Uri(content, UriKind.Relative)));
        var zip = await ada.Http.GetByteArrayAsync(new Uri($"api/workspaces/{workspace}/files.zip", UriKind.Relative));
        var imported = await (await ArchiveTests.ImportAsync(ada, workspace, zip)).OkAsync();
        Assert.Equal(1, imported.GetProperty("unchanged").GetArrayLength());
    }

    [Fact]
    public async Task Binary_broken_and_oversized_content_is_refused_and_nothing_changes()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var file = await SearchTests.CreateAsync(ada, workspace, "a", "before");
        var content = $"api/workspaces/{workspace}/files/{file}/content";
        byte[][] bad = [[0], [0x66, 0xFC], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x61, 0, 0x62]];
        foreach (var bytes in bad) await (await PutAsync(ada, content, bytes)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "file.content_invalid");
        await (await PutAsync(ada, content, new byte[2_097_153])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "file.too_large");
        await (await ada.PostAsync($"api/workspaces/{workspace}/files", new { path = "b", content = "a\0b" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "file.content_invalid");
        using var lone = new StringContent("""{ "path": "c", "content": "\ud800" }""", Encoding.UTF8, "application/json");
        using var refused = await ada.Http.PostAsync(new Uri($"api/workspaces/{workspace}/files", UriKind.Relative), lone);
        Assert.InRange((int)refused.StatusCode, 400, 422);
        Assert.Equal("before", await ada.TextAsync(workspace, file));
        Assert.Single(await ada.ItemsAsync($"api/workspaces/{workspace}/files"));
    }

    [Fact]
    public async Task Many_renames_while_two_people_type_lose_nothing()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var bob = await hub.GuestAsync("Bob");
        var (session, workspace, file) = await ada.SessionWithFileAsync();
        await ada.ShareAsync(session, bob);
        var path = $"api/workspaces/{workspace}/files/{file}";
        await Task.WhenAll(TypeAsync(ada, 11, 'a'), TypeAsync(bob, 22, 'b'), RenameAsync(ada, "left"), RenameAsync(bob, "right"));
        var text = await ada.TextAsync(workspace, file);
        foreach (var who in "ab")
            Assert.All(Enumerable.Range(0, 60), i => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<{who}{i}>"), text, StringComparison.Ordinal));
        Assert.Equal(120, text.Count(c => c == '<'));
        Assert.Matches("^(left|right)/39\\.js$", (await (await ada.GetAsync(path)).OkAsync()).Text("path"));
        Assert.Single(await ada.ItemsAsync($"api/workspaces/{workspace}/files"));

        async Task TypeAsync(TestUser who, long client, char mark)
        {
            await using var connection = await who.HubAsync(messagePack: true);
            await using var open = new HubFile(connection, file, client);
            await open.NextAsync("sync");
            long last = 0;
            for (var i = 0; i < 60; i++)
            {
                last = await open.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"<{mark}{i}>"));
                // Typing goes on in pace with the renames.
                await (await who.GetAsync(path)).OkAsync();
            }
            long? saved = 0;
            while (saved < last) saved = (await open.NextAsync("saved")).Seq;
        }

        async Task RenameAsync(TestUser who, string folder)
        {
            for (var i = 0; i < 40; i++) await (await who.SendAsync(HttpMethod.Patch, path, new { path = string.Create(CultureInfo.InvariantCulture, $"{folder}/{i}.js") })).OkAsync();
        }
    }

    private static async Task<HttpResponseMessage> PutAsync(TestUser user, string path, byte[] bytes)
    {
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        return await user.Http.PutAsync(new Uri(path, UriKind.Relative), body);
    }
}
