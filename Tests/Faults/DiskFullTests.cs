using System.Diagnostics;
using CollabHub.Tests.Faults.Rig;
using CollabHub.Tests.Functional;

namespace CollabHub.Tests.Faults;

/// <summary>
/// F26: the disk of the embedded database is full, really: its directory is a memory file system of a few megabytes. Nothing that could not
/// be stored is called saved, what is there can be read, and everything comes back without a restart, or after a <c>kill -9</c>.
/// </summary>
[Collection(nameof(Timed))]
public class DiskFullTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_disk_costs_nothing_that_was_called_saved_and_takes_nothing_else(bool isKilled)
    {
        await using var small = await SmallDisk.StartAsync();
        var (rig, evidence) = (small.Rig, new Evidence());
        async Task CollectAsync() => evidence.Add((await rig.SendAsync("history", new { })).GetProperty("events"));
        await rig.SendAsync("start", new { clients = SmallDisk.Editors, rate = 5 });
        await Pace.UntilAsync(Eventually.Patience, () => $"only {evidence.Saved.Count} edits are saved", async () =>
        {
            await CollectAsync();
            return evidence.Saved.Count >= 20;
        });

        var from = await small.FillAsync();
        var before = evidence.Saved.Keys.ToList();
        // Typing goes on; what cannot be stored waits with those who typed it.
        await Pace.LastAsync(TimeSpan.FromSeconds(2));
        await CollectAsync();
        Assert.True(evidence.Typed.Values.Count(typed => typed.At > from) > 10, "Nobody typed while the disk was full.");
        evidence.FalselySaved.AddRange(evidence.Saved.Keys.Where(token => evidence.Typed[token].At > from));
        Assert.Empty(Checkers.Saved(before, await small.TextAsync()));
        using (var http = small.Http())
        using (var list = await http.GetAsync(new Uri($"api/workspaces/{small.Workspace}/files", UriKind.Relative)))
            Assert.NotEqual(0, (await list.OkAsync()).GetProperty("items").GetArrayLength());

        if (isKilled) await small.Node.KillAsync();
        small.Free();
        if (isKilled) await small.Node.StartAsync();
        var began = Stopwatch.GetTimestamp();
        await rig.SendAsync("stop", new { });
        foreach (var editor in SmallDisk.Editors) await rig.SendAsync("settled", new { client = editor, timeoutMs = 50_000 });
        evidence.Times.Add(("everyone's edits after there is space again", Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(30)));
        await CollectAsync();
        var last = evidence.Typed.MaxBy(typed => typed.Value.At).Key;
        foreach (var editor in SmallDisk.Editors) await rig.SeesAsync(editor, last);
        foreach (var editor in SmallDisk.Editors) evidence.Texts[editor] = await rig.TextAsync(editor);
        Assert.Equal(0, (await small.Node.StopAsync()).Code);
        evidence.Texts["the log"] = await small.ColdTextAsync();
        Assert.Empty(evidence.Judge());
    }
}
