using System.Collections.Concurrent;
using System.Globalization;
using CollabHub.Domain.Presence;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>
/// People with tabs in front, with hidden ones, and with clients that never say anything come, open second tabs, reload, close, are cut off and go silent, at random: 100 steps, or 1,000 with COLLABHUB_LONG; the seed is
/// COLLABHUB_SEED, or 1. Every 100 ms what the session hub, the operators' stream and REST tell is compared with what was done.
/// </summary>
[Collection(nameof(Timed))]
public class PresenceTruthTests(ITestOutputHelper output)
{
    private const double LimitMs = 5000;
    private static readonly string[] Names = ["Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jan", "Kim", "Lea", "Max"];

    [Fact]
    public async Task No_view_is_wrong_for_longer_than_five_seconds()
    {
        var wrong = await RunAsync(NodeRig.IsLong ? 1000 : 100, isDeaf: false);
        foreach (var kind in wrong.All.GroupBy(one => one.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var sorted = kind.Select(one => one.Ms).Order().ToArray();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind.Key,-13} wrong {sorted.Length,5} times  p50 {sorted[sorted.Length / 2]:F0} ms  p99 {sorted[(int)(sorted.Length * 0.99)]:F0} ms  max {sorted[^1]:F0} ms"));
        }
        Assert.Contains(wrong.All, one => one.Kind is "freeze Hidden" or "freeze Stock");
        Assert.True(wrong.WorstMs < LimitMs, $"{wrong.WorstMs} ms");
    }

    [Fact]
    public async Task The_rig_notices_when_leaves_are_not_told() => Assert.True((await RunAsync(12, isDeaf: true)).WorstMs > LimitMs);

    private static async Task<Disagreements> RunAsync(int steps, bool isDeaf)
    {
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable("COLLABHUB_SEED") ?? "1", CultureInfo.InvariantCulture));
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"));
        var ada = await hub.GuestAsync("Ada");
        var (session, workspace, _) = await ada.SessionWithFileAsync("");
        await using var watcher = await ada.HubAsync(messagePack: true);
        await using var ops = await (await hub.RegisterAsync("ops")).HubAsync(messagePack: true, "hubs/ops");
        using var over = new CancellationTokenSource();
        var ofSession = await PresenceViews.OfSessionAsync(watcher, session, isDeaf);
        var (ofOps, ofSlow) = (new ConcurrentDictionary<Guid, int>(), new ConcurrentDictionary<Guid, int>());
        var slowMayRead = new TaskCompletionSource();
        var reading = PresenceViews.FollowAsync(ops, ofOps, () => Task.CompletedTask, over.Token);
        var slowly = PresenceViews.FollowAsync(ops, ofSlow, () => slowMayRead.Task, over.Token);
        var people = new List<DrivenPerson>();
        foreach (var name in Names)
        {
            var user = await hub.GuestAsync(name);
            await ada.ShareAsync(session, user);
            people.Add(new DrivenPerson(hub, user, session));
        }

        var wrong = new Disagreements();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        async Task<bool> SampleAsync()
        {
            await pace.WaitForNextTickAsync();
            var rest = await PresenceViews.OfRestAsync(ada, workspace);
            var truth = people.Select(person => (person.User.Id.Value, person.Tabs, person.Last)).ToList();
            wrong.Compare("session hub", ofSession, truth);
            wrong.Compare("operators", ofOps, truth);
            wrong.Compare("rest", rest, truth);
            return people.TrueForAll(person => !person.IsBusy && wrong.IsSettled(person.User.Id.Value));
        }

        for (var step = 0; step < steps && wrong.WorstMs < LimitMs; await SampleAsync())
        {
            // Only who is settled is moved: one fault at a time for each person, many at once over all.
            var free = people.Where(person => !person.IsBusy && wrong.IsSettled(person.User.Id.Value)).ToList();
            if (free.Count == 0) continue;
            free[random.Next(free.Count)].Begin(random);
            if (++step == steps / 2) slowMayRead.SetResult();
        }
        while (!await SampleAsync() && wrong.WorstMs < LimitMs) { }
        await Task.WhenAll(people.Select(person => person.DoneAsync()));
        if (!isDeaf) await AtRestAsync(hub, ofOps, ofSlow);
        slowMayRead.TrySetResult();
        await over.CancelAsync();
        await Task.WhenAll(reading, slowly);
        foreach (var person in people) await person.DisposeAsync();
        return wrong;
    }

    private static Task AtRestAsync(TestHub hub, params ConcurrentDictionary<Guid, int>[] views) => Eventually.TrueAsync(async () =>
    {
        var roster = (await hub.Services.GetRequiredService<IPresence>().ReadAsync(PresenceScope.All, default))
            .SelectMany(one => one.Participants).ToDictionary(person => person.User.Value, person => person.Connections);
        return views.All(view => view.Count == roster.Count && roster.All(one => view.GetValueOrDefault(one.Key) == one.Value));
    });
}
