using System.Text;
using System.Text.Json;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Protocols;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>What someone may say of cursors, and what the others see of it (security catalogue B-25).</summary>
public class CursorAbuseTests
{
    private const long Adas = 1;
    private const long Eves = 2;
    private const long Max = (1L << 53) - 1;

    public static TheoryData<string, string, int?> Messages => new()
    {
        { "another's id", Message((Adas, 99, """{"cursor":666}""")), null },
        { "another's id is gone", Message((Adas, 99, null)), null },
        { "another's id with the highest clock", Message((Adas, Max, null)), null },
        { "an own id with the highest clock, then a lower one", Message((Eves, Max, """{"cursor":1}"""), (Eves, 5, """{"cursor":2}""")), null },
        { "the name of an admin", Message((Eves, 9, """{"user":{"name":"root","id":"0"},"us\u0065r":{"name":"root"},"name":"root"}""")), null },
        { "a script for a name", Message((Eves, 9, """{"user":{"name":"<script>alert(1)</script>"}}""")), null },
        { "no object", Message((Eves, 9, "\"text\"")), null },
        { "a thousand ids", Message([.. Enumerable.Range(1000, 1000).Select(id => ((long)id, 1L, (string?)"{}"))]), null },
        { "a thousand and one ids", Message([.. Enumerable.Range(1000, 1001).Select(id => ((long)id, 1L, (string?)"{}"))]), 4422 },
        { "a state of 3 KiB", Message((Eves, 9, $"{{\"a\":\"{new string('x', 3000)}\"}}")), 4422 },
        { "a state of 1 MB", Message((Eves, 9, $"{{\"a\":\"{new string('x', 1_000_000)}\"}}")), 4422 },
        { "a state nested 1000 deep", Message((Eves, 9, new string('[', 1000) + new string(']', 1000))), 4422 },
        { "no JSON", Message((Eves, 9, "{")), 4422 },
        { "nothing of what was announced", Convert.ToHexString([5, 1]), 4422 },
        { "something behind the end", Convert.ToHexString([0, 1]), 4422 },
    };

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public async Task Whatever_someone_says_the_others_cursors_stay_and_his_bears_his_name(string what, string hex, int? close)
    {
        await using var hub = TestHub.Start();
        var (ada, eve) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Eve"));
        var (session, _, file) = await ada.SessionWithFileAsync("text");
        await ada.ShareAsync(session, eve);
        await using var healthy = new YjsPeer(await ada.YjsAsync(file), Adas);
        await healthy.SyncAsync();
        await healthy.SendAsync(YWebsocketFrame.Awareness(Convert.FromHexString(Message((Adas, 1, """{"cursor":1}""")))));
        await using var hostile = new YjsPeer(await eve.YjsAsync(file), Eves);
        await hostile.SyncAsync();
        await hostile.SendAsync(YWebsocketFrame.Awareness(Convert.FromHexString(hex)));
        if (close is { } code)
        {
            Assert.Null(await hostile.NextAsync(_ => false));
            Assert.Equal(code, (int)hostile.Closed!.Value);
        }
        await using var watcher = new YjsPeer(await ada.YjsAsync(file), 3);
        await watcher.SyncAsync();
        // The owner is not shut out, whatever clock was forged: her next move arrives with the clock that she counts.
        await healthy.SendAsync(YWebsocketFrame.Awareness(Convert.FromHexString(Message((Adas, 2, """{"cursor":"moved"}""")))));
        var seen = new Dictionary<long, AwarenessEntry>();
        while (!IsMoved(seen))
        {
            var message = await watcher.NextAsync(m => m.Kind == YWebsocketKind.Awareness);
            Assert.Equal(DecodeError.None, AwarenessMessage.Decode(message!.Value.Awareness.Span, new AwarenessLimits(1 << 20, 64, 10_000), out var entries));
            foreach (var entry in entries) seen[entry.Client] = entry;
        }
        Assert.Equal(2, seen[Adas].Clock);
        foreach (var (client, entry) in seen.Where(pair => pair.Value.State is not null))
        {
            var user = JsonDocument.Parse(entry.State!).RootElement.GetProperty("user");
            var owner = client == Adas ? ada : eve;
            Assert.Equal((owner.Id.ToString(), owner == ada ? "Ada" : "Eve"), (user.GetProperty("id").GetString(), user.GetProperty("name").GetString()));
        }
        Assert.True(seen.Count <= 1 + 16, what);
    }

    [Fact]
    public async Task Cursors_over_their_rate_are_merged_the_last_one_arrives_and_text_does_not_wait()
    {
        await using var hub = TestHub.Start(("Limits:CursorsPerSecond", "2"), ("Limits:MessagesBurst", "500"));
        var (ada, bob) = (await hub.GuestAsync("Ada"), await hub.GuestAsync("Bob"));
        var (session, workspace, file) = await ada.SessionWithFileAsync("");
        await ada.ShareAsync(session, bob);
        await using var watcher = new YjsPeer(await bob.YjsAsync(file), Eves);
        await watcher.SyncAsync();
        await using var mover = new YjsPeer(await ada.YjsAsync(file), Adas);
        await mover.SyncAsync();
        for (var i = 1; i <= 100; i++) await mover.SendAsync(YWebsocketFrame.Awareness(Convert.FromHexString(Message((Adas, i, $"{{\"at\":{i}}}")))));
        await mover.TypeAsync("text");
        await Eventually.TrueAsync(async () => await ada.TextAsync(workspace, file) == "text");
        var updates = 0;
        while (true)
        {
            var message = await watcher.NextAsync(m => m.Kind == YWebsocketKind.Awareness);
            AwarenessMessage.Decode(message!.Value.Awareness.Span, new AwarenessLimits(), out var entries);
            updates += entries.Count;
            if (entries.Any(entry => entry.Client == Adas && Encoding.UTF8.GetString(entry.State!).Contains("\"at\":100}", StringComparison.Ordinal))) break;
        }
        Assert.InRange(updates, 1, 10);
    }

    private static bool IsMoved(Dictionary<long, AwarenessEntry> seen) =>
        seen.TryGetValue(Adas, out var state) && state.State is { } json && Encoding.UTF8.GetString(json).Contains("moved", StringComparison.Ordinal);

    private static string Message(params (long Client, long Clock, string? State)[] entries) => Convert.ToHexString(
        AwarenessMessage.Encode([.. entries.Select(e => new AwarenessEntry(e.Client, e.Clock, e.State is null ? null : Encoding.UTF8.GetBytes(e.State)))]));
}
