using CollabHub.Domain.Cluster;

namespace CollabHub.Domain.Presence;

/// <summary>The other nodes: what they say of their people, and what they are told of those here.</summary>
public sealed partial class PresenceRegistry
{
    private long _seq;
    private bool _isWholeWanted;

    /// <summary>The number of the last message about the people on this node.</summary>
    public long Seq => Interlocked.Read(ref _seq);

    /// <summary>Takes what concerns presence; others are not for here. Never blocks; what does not fit is asked for again.</summary>
    public void Receive(ClusterMessage message)
    {
        if (message.Node == _bus.Node) return;
        Func<ValueTask>? work = message switch
        {
            PresenceParts parts => () => OnPartsAsync(parts),
            PresenceWanted wanted when wanted.Of == _bus.Node => WantWhole,
            NodeHello => WantWhole,
            NodeBeat { IsLast: false } beat => () => OnBeat(beat),
            _ => null,
        };
        if (work is not null) _inbox.Writer.TryWrite(work);
    }

    /// <summary>A node is gone, and everyone who was on it and nowhere else.</summary>
    public async Task ForgetNodeAsync(string node) => await _inbox.Writer.WriteAsync(() => OnGoneAsync(node));

    private ValueTask WantWhole()
    {
        _isWholeWanted = true;
        return ValueTask.CompletedTask;
    }

    private ValueTask OnBeat(NodeBeat beat)
    {
        _peers.Compare(beat.Node, beat.PresenceSeq);
        return ValueTask.CompletedTask;
    }

    private async ValueTask OnPartsAsync(PresenceParts message)
    {
        var now = _time.GetUtcNow();
        foreach (var part in _peers.Take(message, GonePart))
        {
            // Nobody opens a session to say that someone is not in it.
            if (part.Person.Connections == 0 && !_sessions.ContainsKey(part.Session)) continue;
            var live = LiveOf(part.Session, part.Workspace);
            _waiting.Add(part.Session);
            if (live.Roster.SetElsewhere(message.Node, part.Person, part.HasWaited ? now - _options.LeaveGrace : now)) await TellJoinedAsync(part.Session, live, live.Roster.Find(part.Person.User)!);
            else Changed(part.Session, live, part.Person.User);
        }
    }

    private PresencePart? GonePart(SessionId session, UserId user) =>
        _sessions.TryGetValue(session, out var live) && live.Roster.Find(user) is { } person
            ? new PresencePart(session, live.Workspace, person with { Connections = 0 })
            : null;

    private async ValueTask OnGoneAsync(string node)
    {
        _peers.Forget(node);
        foreach (var (session, live) in _sessions)
        {
            var (left, changed) = live.Roster.DropNode(node);
            if (left.Count + changed.Count > 0) _waiting.Add(session);
            foreach (var user in changed) live.Changed.Add(user);
            foreach (var person in left)
            {
                live.Changed.Remove(person.User);
                await TellLeftAsync(session, live, person);
            }
        }
    }

    private void SendPart(SessionId session, Live live, UserId user, bool hasWaited = false)
    {
        live.Unsent.Remove(user);
        if (live.Roster.OwnPartOf(user) is { } own) Publish([new PresencePart(session, live.Workspace, own, hasWaited)]);
    }

    private void Publish(IReadOnlyList<PresencePart> parts, bool isWhole = false) =>
        _bus.Publish(new PresenceParts(_bus.Node, Interlocked.Increment(ref _seq), isWhole, parts));

    private void PublishWhole()
    {
        _isWholeWanted = false;
        Publish([.. _sessions.SelectMany(s => s.Value.Roster.OwnParts.Select(own => new PresencePart(s.Key, s.Value.Workspace, own)))], isWhole: true);
    }
}
