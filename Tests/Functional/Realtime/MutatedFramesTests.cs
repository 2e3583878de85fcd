using System.Globalization;
using System.Text;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>
/// Mutated frames on live sockets of every kind, into a file in which a healthy pair types: 10,000, or 200,000 with COLLABHUB_LONG. The seed
/// is COLLABHUB_SEED, or 1.
/// </summary>
[Collection(nameof(Timed))]
public class MutatedFramesTests
{
    private static readonly string[] Surfaces = ["json", "messagepack", "yjs", "hocuspocus"];

    [Fact]
    public async Task The_process_lives_and_a_healthy_pair_converges_beside()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("COLLABHUB_SEED") ?? "1", CultureInfo.InvariantCulture);
        var frames = (NodeRig.IsLong ? 200_000 : 10_000) / Surfaces.Length;
        await using var hub = TestHub.Start(("Limits:MessagesPerSecond", "100000"), ("Limits:MessagesBurst", "100000"), ("Limits:MessagesPerUserPerSecond", "100000"),
            ("Limits:BytesPerSecond", "1000000000"), ("Limits:ConnectionsPerUser", "100000"), ("Limits:OpenFilesPerUser", "100000"));
        var (ada, bob, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"), await hub.GuestAsync("Eve"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, bob);
        await ada.ShareAsync(session, eve);
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var adas = new HubFile(connection, file, 11);
        await adas.NextAsync("sync");
        await using var bobs = new YjsPeer(await bob.YjsAsync(file), 22);
        await bobs.SyncAsync();

        var attacks = Surfaces.Select((surface, i) => AttackAsync(eve, surface, frames, new FrameMutations((seed * 10) + i, file, 70 + i))).ToList();
        var attacked = Task.WhenAll(attacks);
        var words = 0;
        while (!attacked.IsCompleted)
        {
            await adas.TypeAsync($"ada{words} ");
            await bobs.TypeAsync($"bob{words} ");
            words++;
            while ((await adas.NextAsync("saved")).Seq < words) { }
        }
        var sent = (await attacked).Sum();
        Assert.True(sent >= frames * Surfaces.Length, $"{sent} frames");
        await adas.TypeAsync("the end");
        // What is lost of either, or doubled, or different, shows here; what Eve's frames brought in is in all of them.
        await Eventually.TrueAsync(async () => (await ada.TextAsync(workspace, file)).Contains("the end", StringComparison.Ordinal));
        var text = await ada.TextAsync(workspace, file);
        await bobs.SeesAsync(text).WaitAsync(Eventually.Patience);
        for (var i = 0; i < words; i++)
        {
            Assert.Contains($"ada{i} ", text, StringComparison.Ordinal);
            Assert.Contains($"bob{i} ", text, StringComparison.Ordinal);
        }
    }

    private static async Task<int> AttackAsync(TestUser user, string surface, int frames, FrameMutations mutations)
    {
        using var frameSource = mutations;
        var sent = 0;
        while (sent < frames)
        {
            using var raw = await RawHub.ConnectAsync(user, surface switch { "yjs" => $"yjs/{mutations.File}", "hocuspocus" => "hocuspocus", _ => "hubs/session" });
            using var ended = new CancellationTokenSource();
            var draining = raw.DrainAsync(ended.Token);
            foreach (var hello in Hello(user, surface, mutations)) await raw.SendAsync(hello);
            for (var i = 0; i < 100 && sent < frames && !draining.IsCompleted; i++, sent++) await raw.SendAsync(mutations.Next(surface), isText: false);
            // What was sent is read by the server before the next connection comes, or it has closed this one.
            await raw.SendAsync(mutations.Honest(surface));
            await Task.WhenAny(draining, raw.ClosePolitelyAsync());
            await ended.CancelAsync();
            await draining;
        }
        return sent;
    }

    private static IEnumerable<byte[]> Hello(TestUser user, string surface, FrameMutations mutations) => surface switch
    {
        "json" => [Encoding.UTF8.GetBytes(RawHub.JsonHandshake)],
        "messagepack" => [Encoding.UTF8.GetBytes(RawHub.PackHandshake)],
        "yjs" => [],
        _ => [HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Token, $"{mutations.File}") { Text = user.AccessToken })],
    };
}
