using System.Collections.Concurrent;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Teams;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>What others are told of who is here: connections by person, of those who are here at all.</summary>
internal static class PresenceViews
{
    /// <summary>The session hub: the snapshot, and every event since.</summary>
    /// <param name="watcher">A connection that has not joined.</param>
    /// <param name="session">The session.</param>
    /// <param name="isDeaf">A fault on purpose: leaves are not heard.</param>
    public static async Task<ConcurrentDictionary<Guid, int>> OfSessionAsync(HubConnection watcher, Guid session, bool isDeaf)
    {
        var view = new ConcurrentDictionary<Guid, int>();
        watcher.On<ParticipantEvent>("ParticipantJoined", joined => view[joined.Participant.UserId] = joined.Participant.Connections);
        watcher.On<Hubs.Realtime.PresenceEvent>("PresenceChanged", changed =>
        {
            foreach (var person in changed.Changes) view[person.UserId] = person.Connections;
        });
        watcher.On<ParticipantEvent>("ParticipantLeft", left =>
        {
            if (!isDeaf) view.TryRemove(left.Participant.UserId, out _);
        });
        var snapshot = await watcher.InvokeAsync<SessionSnapshot>("JoinSession", session);
        foreach (var person in snapshot.Participants) view[person.UserId] = person.Connections;
        return view;
    }

    /// <summary>The operators' stream, read without a gap; while <paramref name="mayRead"/> is not done, nothing is read.</summary>
    public static async Task FollowAsync(HubConnection ops, ConcurrentDictionary<Guid, int> view, Func<Task> mayRead, CancellationToken ct)
    {
        var seq = 0L;
        try
        {
            await foreach (var step in ops.StreamAsync<PresenceEventFrame>("WatchPresence", new PresenceFilter(), ct))
            {
                Assert.Equal(++seq, step.Seq);
                if (step.Kind == "snapshot") view.Clear();
                foreach (var person in step.Participants)
                {
                    if (step.Kind == "left") view.TryRemove(person.UserId, out _);
                    else view[person.UserId] = person.Connections;
                }
                await mayRead();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>What REST answers.</summary>
    public static async Task<Dictionary<Guid, int>> OfRestAsync(TestUser reader, Guid workspace) =>
        (await reader.ItemsAsync($"api/workspaces/{workspace}/presence")).ToDictionary(
            person => person.GetProperty("userId").GetGuid(), person => person.GetProperty("connections").GetInt32());
}
