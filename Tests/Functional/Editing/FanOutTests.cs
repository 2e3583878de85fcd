using System.Diagnostics;

namespace CollabHub.Tests.Functional.Editing;

/// <summary>Who sends large edits again and again is slowed down by how many receive them.</summary>
public class FanOutTests
{
    [Fact]
    public async Task Large_edits_before_many_come_at_the_rate_of_what_all_of_them_receive_and_nothing_is_lost()
    {
        await using var hub = TestHub.Start(("Limits:FanOutBytesPerSecond", "65536"));
        var ada = await hub.GuestAsync("Ada");
        var (_, workspace, file) = await ada.SessionWithFileAsync("");
        var readers = new List<YjsPeer>();
        for (var i = 0; i < 2; i++)
        {
            readers.Add(new YjsPeer(await ada.YjsAsync(file), 10 + i));
            await readers[^1].SyncAsync();
        }
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var editor = new HubFile(connection, file, 1);
        await editor.NextAsync("sync");
        // The first one may hold what was typed offline, and counts for nothing.
        await editor.TypeAsync("begin ");
        await editor.SavedAsync();
        var large = new string('x', 30_000);
        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < 4; i++) await editor.TypeAsync(large);
        await editor.SavedAsync();
        // 240,000 bytes in all, of which 131,072 may come at once: the rest takes 1.7 s.
        Assert.True(Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(1), "It was not slowed down.");
        var whole = "begin " + string.Concat(Enumerable.Repeat(large, 4));
        foreach (var reader in readers)
        {
            await reader.SeesAsync(whole);
            await reader.DisposeAsync();
        }
        Assert.Equal(whole, await ada.TextAsync(workspace, file));
    }
}
