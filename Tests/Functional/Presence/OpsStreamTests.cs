using System.Text.Json;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Presence;
using CollabHub.Tests.Functional.Editing;
using CollabHub.Tests.Functional.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>What a reader of the operators' stream rebuilds is the roster at every step, also when it reads nothing for a while.</summary>
public class OpsStreamTests
{
    private const int Crowd = 20;
    private const int Before = 100;
    private const int While = 2500;
    private const int After = 100;

    [Fact]
    public async Task The_rebuilt_roster_is_the_roster_at_every_step_through_a_phase_in_which_nothing_is_read()
    {
        await using var hub = TestHub.Start(("Ops:Admins:0", "ops@example.org"));
        var ada = await hub.GuestAsync("Ada");
        var (session, workspace, _) = await ada.SessionWithFileAsync("");
        var presence = hub.Services.GetRequiredService<PresenceRegistry>();
        using var reader = await StalledReader.ConnectAsync(await hub.RegisterAsync("ops"), "hubs/ops");
        await reader.InvokeAsync("WatchPresence", isStream: true, "{}");
        var rosters = new List<HashSet<Guid>> { new() };
        var replay = new RosterReplay();
        await ReadAsync(reader, replay, rosters, upTo: 0);

        var driver = new Driver(presence, new SessionId(session), new WorkspaceId(workspace), rosters);
        await driver.MoveAsync(Before);
        await ReadAsync(reader, replay, rosters, rosters.Count - 1);
        Assert.Equal(0, replay.LaterSnapshots);
        await driver.MoveAsync(While);
        await ReadAsync(reader, replay, rosters, rosters.Count - 1);
        // Without one nothing was too slow, and the test shows nothing.
        Assert.NotEqual(0, replay.LaterSnapshots);
        await driver.MoveAsync(After);
        await ReadAsync(reader, replay, rosters, rosters.Count - 1);
    }

    [Theory]
    [InlineData(1, "number 3 instead of 2")]
    [InlineData(2, "after left 3 not roster 2")]
    public void The_replay_notices_a_step_that_is_left_out_and_one_that_is_wrong(int fault, string expected)
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        List<HashSet<Guid>> rosters = [[], [a], [a, b]];
        var replay = new RosterReplay();
        Assert.Null(replay.Take(Step("snapshot", 1), rosters));
        if (fault == 2) Assert.Null(replay.Take(Step("joined", 2, a), rosters));
        Assert.Equal(expected, replay.Take(fault == 1 ? Step("joined", 3, b) : Step("left", 3, a), rosters));
    }

    private static JsonElement Step(string kind, long seq, params Guid[] people) =>
        JsonSerializer.SerializeToElement(new { kind, seq, participants = people.Select(userId => new { userId }) });

    private static async Task ReadAsync(StalledReader reader, RosterReplay replay, List<HashSet<Guid>> rosters, int upTo)
    {
        var began = false;
        while (!began || replay.Reached < upTo)
        {
            foreach (var record in await reader.RecordsAsync())
            {
                if (!record.TryGetProperty("item", out var step)) continue;
                began = true;
                Assert.Null(replay.Take(step, rosters));
            }
        }
    }

    /// <summary>People come, each once, and the one who is here longest goes: no two rosters are alike.</summary>
    private sealed class Driver(PresenceRegistry presence, SessionId session, WorkspaceId workspace, List<HashSet<Guid>> rosters)
    {
        // Long names fill the line soon.
        private static readonly string Name = new('n', 4_000);

        private readonly Queue<Guid> _here = new();

        public async Task MoveAsync(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                if (_here.Count >= Crowd)
                {
                    await presence.RemoveAsync(session, new UserId(_here.Dequeue()));
                }
                else
                {
                    _here.Enqueue(Guid.NewGuid());
                    var person = new PresentParticipant(
                        new UserId(_here.Last()), "n", Name, Role.Editor, PresenceStatus.Online, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1);
                    await presence.JoinAsync(session, workspace, person, $"{_here.Last()}", default);
                }
                rosters.Add([.. _here]);
            }
        }
    }
}
