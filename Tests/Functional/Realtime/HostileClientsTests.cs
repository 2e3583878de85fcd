using System.Net.WebSockets;
using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Documents;
using CollabHub.Tests.Functional.Editing;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>
/// A server of its own process in whose file two people type while others read nothing, and others send as fast as they can. What its memory
/// may grow by does not depend on how long that goes on. `./bench live --hostile` has the latencies.
/// </summary>
[Collection(nameof(Timed))]
public class HostileClientsTests(ITestOutputHelper output)
{
    private const double GrowthMiB = 400;
    private const int Words = 40;

    [Fact]
    public async Task Beside_slow_readers_and_floods_the_pair_converges_and_memory_is_bounded()
    {
        var seen = await RunAsync(("Limits:ThrottledSeconds", "4"), ("Limits:SyncBytes", "1048576"));
        output.WriteLine($"{seen}");
        Assert.Equal("4429 rate.limited", seen.Flood);
        Assert.InRange(seen.GrowthMiB, double.MinValue, GrowthMiB);
    }

    private sealed record Seen(string Flood, double GrowthMiB);

    private static async Task<Seen> RunAsync(params (string, string)[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("collabhub-hostile-");
        try
        {
            var (server, address) = await ServerProcess.StartAsync(directory.FullName, settings);
            using (server) return await RunAsync(server, address);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<Seen> RunAsync(ServerProcess server, Uri address)
    {
        var (ada, bob) = (await ServerProcess.SignInAsync(address, "ada", again: false), await ServerProcess.SignInAsync(address, "bob", again: false));
        var (eve, mal) = (await ServerProcess.SignInAsync(address, "eve", again: false), await ServerProcess.SignInAsync(address, "mal", again: false));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        foreach (var guest in new[] { bob, eve, mal }) await ada.ShareAsync(session, guest);
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var adas = new HubFile(connection, file, 11);
        await adas.NextAsync("sync");
        await using var other = await bob.HubAsync(messagePack: false);
        await using var bobs = new HubFile(other, file, 22);
        await bobs.NextAsync("sync");
        var readers = new List<StalledReader>();
        for (var i = 0; i < 9; i++) readers.Add(await StalledReader.OpenAsync(eve, StalledReader.Surfaces[i % 3], file));

        var before = server.MemoryMiB;
        using var over = new CancellationTokenSource();
        var floods = new[] { EditsAsync(mal, file, over.Token), CursorsAsync(mal, file, over.Token), NonsenseAsync(mal, file, over.Token) };
        var flooded = Task.WhenAll(floods);
        var (peak, words) = (before, 0);
        using (var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
        {
            for (; words < Words || (!flooded.IsCompleted && words < 3 * Words); words++)
            {
                await adas.TypeAsync($"ada{words} ");
                await bobs.TypeAsync($"bob{words} ");
                await adas.SavedAsync();
                await bobs.SavedAsync();
                peak = Math.Max(peak, server.MemoryMiB);
                await pace.WaitForNextTickAsync();
            }
        }
        await over.CancelAsync();
        var flood = (await flooded)[0];
        foreach (var reader in readers) reader.Dispose();
        await Eventually.TrueAsync(async () =>
        {
            var text = await ada.TextAsync(workspace, file);
            return Enumerable.Range(0, words).All(i => text.Contains($"ada{i} ", StringComparison.Ordinal) && text.Contains($"bob{i} ", StringComparison.Ordinal));
        });
        return new Seen(flood, peak - before);
    }

    /// <summary>Writes 60 KB and takes them away with the next ones, as fast as the line takes it; answers how that ended.</summary>
    private static async Task<string> EditsAsync(TestUser user, Guid file, CancellationToken ct)
    {
        using var typed = new YDocument();
        var length = 0;
        return await FloodAsync(user, file, () =>
        {
            var update = typed.ApplyTextEdits(FileRoom.TextRoot, 66, [new TextEdit(0, length, new string('f', 60_000))])!;
            length = 60_000;
            return YWebsocketFrame.Sync(SyncKind.Update, update);
        }, ct);
    }

    private static Task<string> CursorsAsync(TestUser user, Guid file, CancellationToken ct)
    {
        uint clock = 0;
        return FloodAsync(user, file, () => YWebsocketFrame.Awareness(AwarenessMessage.Encode([new AwarenessEntry(67, ++clock, "{\"at\":1}"u8.ToArray())])), ct);
    }

    private static async Task<string> NonsenseAsync(TestUser user, Guid file, CancellationToken ct)
    {
        var ended = "";
        for (var i = 0; i < 200 && !ct.IsCancellationRequested; i++) ended = await FloodAsync(user, file, () => Encoding.UTF8.GetBytes("\u0000\u0009nonsense"), ct);
        return ended;
    }

    private static async Task<string> FloodAsync(TestUser user, Guid file, Func<byte[]> next, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(user.YjsAddress(file), ct);
            var draining = DrainAsync(socket, ct);
            while (socket.State == WebSocketState.Open && !draining.IsCompleted) await socket.SendAsync(next(), WebSocketMessageType.Binary, true, ct);
            await draining;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // Closed by the server while something was on its way, or the test is over.
        }
        return socket.CloseStatus is { } code ? $"{(int)code} {socket.CloseStatusDescription}" : "open";
    }

    private static async Task DrainAsync(ClientWebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), ct)).MessageType != WebSocketMessageType.Close) { }
    }
}
