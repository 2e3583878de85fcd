using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Live;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Sessions;

/// <summary>When the clock acts on a session; both count from its last activity.</summary>
/// <param name="IdleAfter">An active session becomes idle.</param>
/// <param name="EndAfter">An open session ends; longer than <paramref name="IdleAfter"/>.</param>
public sealed record SessionClockRules(TimeSpan IdleAfter, TimeSpan EndAfter);

/// <summary>Makes quiet sessions idle, and ends those that stay so. Any number of nodes may run it at once: each change happens once.</summary>
public sealed class SessionClock(IQuietSessions sessions, SessionClockRules rules, Changes changes)
{
    private const int Batch = 100;
    private static readonly Call ByTheClock = new(Actor.Anonymous, new CallOrigin(null, null));

    /// <summary>Looks once at all sessions that are due; answers how many it changed.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var changed = 0;
        IReadOnlyList<Session> due;
        do
        {
            var now = changes.Now;
            due = await sessions.DueAsync(now - rules.IdleAfter, now - rules.EndAfter, Batch, ct);
            var before = changed;
            foreach (var session in due)
            {
                if (await MoveAsync(session, now, ct)) changed++;
            }
            if (changed == before) break;
        }
        while (due.Count == Batch);
        return changed;
    }

    private async Task<bool> MoveAsync(Session session, DateTimeOffset now, CancellationToken ct)
    {
        var to = session.LastActive < now - rules.EndAfter ? SessionStatus.Ended : SessionStatus.Idle;
        var before = now - (to == SessionStatus.Ended ? rules.EndAfter : rules.IdleAfter);
        var moved = await changes.RunAsync<bool>(
            async token =>
            {
                if (!await sessions.MoveAsync(session, to, before, now, token)) return false;
                var fields = new FieldChanges().Add("status", session.Status.ToName(), to.ToName()).Set("reason", "quiet");
                await changes.AuditAsync(
                    ByTheClock, session.Workspace, to == SessionStatus.Ended ? "session.end" : "session.idle", "session", session.Id.ToString(), fields, token);
                if (to == SessionStatus.Ended) changes.Publish(new AccessChanged(null, session.Workspace, session.Id));
                changes.Publish(to == SessionStatus.Ended ? new SessionEnded(session.Id) : new SessionChanged(session.Id));
                return true;
            },
            ct);
        return moved.Value;
    }
}
