using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Teams;

namespace CollabHub.Tests.Functional.History;

/// <summary>A whole tree out and in, on the real server.</summary>
public class ArchiveTests
{
    [Fact]
    public async Task A_tree_goes_out_and_into_another_workspace_unchanged_and_twice_the_same()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var from = await TeamHub.WorkspaceAsync(ada, "Räuber \"und\" Gendarm/1");
        var files = new Dictionary<string, string>
        {
            ["src/main.js"] = "let a;\r\nlet b;", ["ünï/😀.txt"] = "\uFEFFmit Marke\n", ["empty"] = "", ["README"] = new string('x', 100_000),
        };
        foreach (var (path, content) in files) await SearchTests.CreateAsync(ada, from, path, content);
        using var answer = await ada.GetAsync($"api/workspaces/{from}/files.zip");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", "Räuber -und- Gendarm-1.zip"), (disposition.DispositionType, disposition.FileNameStar));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes, await ada.Http.GetByteArrayAsync(new Uri($"api/workspaces/{from}/files.zip", UriKind.Relative)));
        Assert.Equal(files.OrderBy(file => file.Key, StringComparer.Ordinal), Read(bytes));

        var to = await TeamHub.WorkspaceAsync(ada);
        await SearchTests.CreateAsync(ada, to, "Src/Main.js", "let b;\r\nlet c;");
        await SearchTests.CreateAsync(ada, to, "empty", "");
        await SearchTests.CreateAsync(ada, to, "stays", "stays");
        var imported = await (await ImportAsync(ada, to, bytes)).OkAsync();
        Assert.Equal(["README", "ünï/😀.txt"], Paths(imported, "created").Order(StringComparer.Ordinal));
        Assert.Equal(["Src/Main.js"], Paths(imported, "updated"));
        Assert.Equal(["empty"], imported.GetProperty("unchanged").EnumerateArray().Select(path => path.GetString()!));
        var now = Read(await ada.Http.GetByteArrayAsync(new Uri($"api/workspaces/{to}/files.zip", UriKind.Relative)));
        Assert.Equal(files["src/main.js"], now["Src/Main.js"]);
        Assert.Equal("stays", now["stays"]);
        Assert.Equal(5, now.Count);
        var again = await (await ImportAsync(ada, to, bytes)).OkAsync();
        Assert.Equal(4, again.GetProperty("unchanged").GetArrayLength());
    }

    [Fact]
    public async Task An_import_over_an_open_file_is_an_edit_and_nothing_that_is_typed_is_lost()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("one\ntwo\n");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 11);
        await open.NextAsync("sync");
        await open.TypeAsync("typed");
        await open.NextAsync("saved");
        await (await ImportAsync(ada, workspace, Zip(("main.js", "zero\none\ntwo\ntyped")))).OkAsync();
        while (open.Text != "zero\none\ntwo\ntyped") await open.NextAsync("edit");
        var blame = await (await ada.GetAsync($"api/workspaces/{workspace}/files/{file}/blame")).OkAsync();
        Assert.Equal(4, blame.GetProperty("lines").GetArrayLength());
    }

    public static TheoryData<string, string> BadEntries() => new()
    {
        { "../out", "zip slip" }, { "a/../../out", "zip slip" }, { "/etc/passwd", "absolute" }, { "C:/x", "drive" }, { "a\\b", "backslash" }, { "con.txt", "device" },
        { ".git/config", "git" }, { "a\u202Eb", "bidi" }, { "a./b", "trailing dot" }, { "a /b", "trailing space" }, { "a\nb", "newline" }, { "a\0b", "NUL" },
        { new string('x', 256), "long name" }, { string.Join('/', Enumerable.Repeat("d", 33)), "deep" }, { "~root/x", "home" }, { "a//b", "empty name" }, { "../folder/", "folder out" },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public async Task A_bad_name_refuses_the_whole_archive(string name, string why)
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await RefusedAsync(ada, Zip(("good.txt", "good"), (name, name.EndsWith('/') ? "" : "bad")), "archive.entry_invalid", why);
    }

    [Fact]
    public async Task What_is_no_plain_file_of_text_refuses_the_whole_archive()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var cases = new (string Why, byte[] Zip, string Code)[]
        {
            ("symlink", Zip(archive => Entry(archive, "link", "/etc/passwd"u8.ToArray()).ExternalAttributes = unchecked((int)0xA1FF0000)), "archive.entry_invalid"),
            ("device", Zip(archive => Entry(archive, "null", []).ExternalAttributes = 0x21B60000), "archive.entry_invalid"),
            ("binary", Zip(archive => Entry(archive, "image", [1, 0, 2])), "archive.entry_invalid"),
            ("not UTF-8", Zip(archive => Entry(archive, "latin", [0x66, 0xFC, 0x72])), "archive.entry_invalid"),
            ("twice", Zip(("a", "1"), ("a", "2")), "archive.entry_invalid"),
            ("twice by case", Zip(("Straße", "1"), ("STRASSE", "2")), "archive.entry_invalid"),
            ("twice by normal form", Zip(("\u00e9", "1"), ("e\u0301", "2")), "archive.entry_invalid"),
            ("file too large", Zip(archive => Entry(archive, "large", RandomText(2_097_153))), "archive.entry_invalid"),
            ("bomb", Zip(archive => Enumerable.Range(0, 6).ToList().ForEach(i => Entry(archive, $"bomb{i}", [.. Enumerable.Repeat((byte)'0', 2_000_000)]))), "archive.too_large"),
            ("encrypted", Patched(Zip(("secret", "text")), localFlags: 1), "archive.entry_invalid"),
            ("checksum", Corrupted(), "archive.entry_invalid"),
            ("not a zip", "PK is not enough"u8.ToArray(), "archive.malformed"),
            ("cut", Zip(("a", "text"))[..40], "archive.malformed"),
            ("nothing", [], "archive.malformed"),
        };
        foreach (var (why, zip, code) in cases) await RefusedAsync(ada, zip, code, why);
    }

    [Fact]
    public async Task Bounds_of_a_workspace_hold_for_an_import_and_lying_headers_do_not_help()
    {
        await using var hub = TestHub.Start(("Limits:FilesPerWorkspace", "3"), ("Limits:WorkspaceBytes", "5000"), ("Limits:UploadBytes", "20000"), ("Limits:FileTextBytes", "4000"));
        var ada = await hub.RegisterAsync("ada");
        await RefusedAsync(ada, Zip([.. Enumerable.Range(0, 16).Select(i => ($"f{i}", ""))]), "archive.too_large", "entries");
        await RefusedAsync(ada, Zip([.. Enumerable.Range(0, 4).Select(i => ($"f{i}", ""))]), "file.too_many", "files", HttpStatusCode.Conflict);
        await RefusedAsync(ada, Zip(("a", new string('a', 3000)), ("b", new string('b', 3000))), "archive.too_large", "total");
        await RefusedAsync(ada, Lying(), "archive.entry_invalid", "declares 10 bytes and has 5000");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await (await ImportAsync(ada, workspace, Zip(("a", new string('a', 3000))))).OkAsync();
        await (await ImportAsync(ada, workspace, Zip(("b", new string('b', 3000))))).ProblemAsync(HttpStatusCode.Conflict, "workspace.too_large");
        await (await ada.PostAsync($"api/workspaces/{workspace}/files", new { path = "b", content = new string('b', 3000) })).ProblemAsync(HttpStatusCode.Conflict, "workspace.too_large");
        await (await ImportAsync(ada, workspace, new byte[20_001])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
        using var json = await ada.PostAsync($"api/workspaces/{workspace}/files.zip", new { });
        await json.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "request.media_type");
    }

    [Fact]
    public async Task What_macos_adds_is_skipped_and_folders_are_no_files()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        var zip = Zip(archive =>
        {
            Entry(archive, "src/", []);
            Entry(archive, "src/a.js", "a"u8.ToArray());
            Entry(archive, "__MACOSX/src/._a.js", [0, 1]);
            Entry(archive, "src/.DS_Store", [0, 1]);
        });
        var imported = await (await ImportAsync(ada, workspace, zip)).OkAsync();
        Assert.Equal(["src/a.js"], Paths(imported, "created"));
        Assert.Equal(["__MACOSX/src/._a.js", "src/.DS_Store"], imported.GetProperty("skipped").EnumerateArray().Select(path => path.GetString()!));
    }

    [Fact]
    public async Task Viewers_export_and_do_not_import_and_strangers_do_neither()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        var vera = await hub.RegisterAsync("vera");
        var eve = await hub.RegisterAsync("eve");
        var (secret, shown) = (await TeamHub.WorkspaceAsync(ada), await TeamHub.WorkspaceAsync(ada, isPublic: true));
        await TeamHub.AddAsync(ada, secret, vera, "viewer");
        var zip = Zip(("a", "a"));
        Assert.Equal(HttpStatusCode.OK, (await vera.GetAsync($"api/workspaces/{secret}/files.zip")).StatusCode);
        await (await ImportAsync(vera, secret, zip)).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        await (await eve.GetAsync($"api/workspaces/{secret}/files.zip")).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await (await ImportAsync(eve, secret, zip)).ProblemAsync(HttpStatusCode.NotFound, "workspace.not_found");
        await (await ImportAsync(eve, shown, zip)).ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        using var anonymous = hub.Anonymous;
        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync(new Uri($"api/workspaces/{shown}/files.zip", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anonymous.GetAsync(new Uri($"api/workspaces/{secret}/files.zip", UriKind.Relative))).StatusCode);
    }

    private static async Task RefusedAsync(TestUser ada, byte[] zip, string code, string why, HttpStatusCode status = HttpStatusCode.UnprocessableEntity)
    {
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await SearchTests.CreateAsync(ada, workspace, "was there", "before");
        using var answer = await ImportAsync(ada, workspace, zip);
        Assert.True(answer.StatusCode == status, $"{why}: {await answer.Content.ReadAsStringAsync()}");
        var problem = await answer.ProblemAsync(status, code);
        if (code == "archive.entry_invalid") Assert.Single(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal(["was there"], (await ada.ItemsAsync($"api/workspaces/{workspace}/files")).Select(file => file.Text("path")!));
    }

    internal static async Task<HttpResponseMessage> ImportAsync(TestUser user, Guid workspace, byte[] zip)
    {
        using var body = new ByteArrayContent(zip);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await user.Http.PostAsync(new Uri($"api/workspaces/{workspace}/files.zip", UriKind.Relative), body);
    }

    private static IEnumerable<string> Paths(JsonElement imported, string member) => imported.GetProperty(member).EnumerateArray().Select(file => file.Text("path")!);

    private static Dictionary<string, string> Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var packed = entry.Open();
            packed.CopyTo(content);
            return Encoding.UTF8.GetString(content.ToArray());
        });
    }

    internal static byte[] Zip(params (string Name, string Text)[] files) => Zip(archive =>
    {
        foreach (var (name, text) in files) Entry(archive, name, Encoding.UTF8.GetBytes(text));
    });

    private static byte[] Zip(Action<ZipArchive> write)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8)) write(archive);
        return bytes.ToArray();
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name);
        if (content.Length == 0) return entry;
        using var stream = entry.Open();
        stream.Write(content);
        return entry;
    }

    private static byte[] RandomText(int length)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next('a', 'z'))];
    }

    // Sets a bit of the general purpose flags in both headers of a single entry.
    private static byte[] Patched(byte[] zip, byte localFlags)
    {
        zip[6] |= localFlags;
        zip[Central(zip) + 8] |= localFlags;
        return zip;
    }

    private static byte[] Corrupted()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var stream = archive.CreateEntry("a", CompressionLevel.NoCompression).Open();
            stream.Write("stored text"u8);
        }
        var zip = bytes.ToArray();
        zip[zip.AsSpan().IndexOf("stored"u8)] ^= 1;
        return zip;
    }

    // The central directory says that ten bytes come out; five thousand do.
    private static byte[] Lying()
    {
        var zip = Zip(("lies", Encoding.UTF8.GetString(RandomText(5000))));
        BitConverter.GetBytes(10).CopyTo(zip, Central(zip) + 24);
        return zip;
    }

    private static int Central(byte[] zip) => zip.AsSpan().IndexOf("PK\x01\x02"u8);
}
