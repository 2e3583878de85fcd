using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>One node with the embedded database on a disk of a few megabytes that can be full, and stock editors in one file.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 24;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-full-");
    private FaultNode? _node;
    private ClientRig? _rig;
    private TestUser? _ada;
    private Guid _file;

    public static IReadOnlyList<string> Editors { get; } = ["hub-msgpack", "y-websocket-3", "hocuspocus-4"];

    public FaultNode Node => _node!;

    public ClientRig Rig => _rig!;

    public Guid Workspace { get; private set; }

    private string Disk => Path.Combine(_directory.FullName, "node");

    private string Filler => Path.Combine(Disk, "filler");

    public static async Task<SmallDisk> StartAsync()
    {
        var small = new SmallDisk();
        Directory.CreateDirectory(small.Disk);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "collabhub-full", small.Disk);
        try
        {
            await small.OpenAsync();
            return small;
        }
        catch
        {
            await small.DisposeAsync();
            throw;
        }
    }

    private async Task OpenAsync()
    {
        _node = new FaultNode(_directory.FullName, "node", null, null, _ => FaultSettings.All);
        await _node.StartAsync();
        _rig = ClientRig.Start(_node.Address);
        using var http = new HttpClient { BaseAddress = _node.Address };
        using var made = await http.PostAsJsonAsync("api/auth/guest", new { displayName = "Ada" });
        _ada = TestUser.From(await made.OkAsync(HttpStatusCode.Created), _node.Address);
        (_, Workspace, _file) = await _ada.SessionWithFileAsync("");
        foreach (var kind in Editors) await _rig.JoinAsync(kind, kind, _ada, _file);
    }

    /// <summary>A client of the person who types, for the node itself.</summary>
    public HttpClient Http() => FaultWorld.At(Node, _ada!);

    /// <summary>Takes all space until even an upload of a byte is refused; answers when that was, on the clock of the editors.</summary>
    public async Task<double> FillAsync()
    {
        await using (var filler = new FileStream(Filler, FileMode.Create))
        {
            var block = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    await filler.WriteAsync(block);
                    await filler.FlushAsync();
                }
            }
            catch (IOException)
            {
                // There is no space left.
            }
        }
        // Pages of the write-ahead log that are there already are used up, down to the last one.
        foreach (var bytes in new[] { 100_000, 10_000, 1 })
            await Pace.UntilAsync(Eventually.Patience, () => "the database still finds space", async () => !await UploadsAsync(bytes));
        return FaultWorld.Now;
    }

    private async Task<bool> UploadsAsync(int bytes)
    {
        using var http = Http();
        var content = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));
        using var answer = await http.PostAsJsonAsync($"api/workspaces/{Workspace}/files", new { path = $"{Guid.NewGuid():N}.txt", content });
        if (answer.IsSuccessStatusCode) return true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(Checkers.Honest((int)answer.StatusCode, $"{answer.Content.Headers.ContentType}", await answer.Content.ReadAsStringAsync()));
        return false;
    }

    /// <summary>There is space again.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>The text as the node tells it.</summary>
    public async Task<string> TextAsync()
    {
        using var http = Http();
        return await http.GetStringAsync(new Uri($"api/workspaces/{Workspace}/files/{_file}/content", UriKind.Relative));
    }

    /// <summary>The text that a process without any memory reads from the disk.</summary>
    public async Task<string> ColdTextAsync()
    {
        using var database = new SqliteDatabase(Path.Combine(Disk, "collabhub.db"));
        await using var log = new EditLog(database, TimeProvider.System, new RecordingObserver());
        return await FaultWorld.ColdTextAsync(log, _file);
    }

    public async ValueTask DisposeAsync()
    {
        if (_rig is { } rig) await rig.DisposeAsync();
        if (_node is { } node) await node.DisposeAsync();
        await RunAsync("umount", Disk);
        _directory.Delete(recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {said}");
    }
}
