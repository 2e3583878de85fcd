using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Live;
using CollabHub.Domain.Operations;
using CollabHub.Domain.Presence;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Simulation;

/// <summary>One run of one node: the real rooms, presence and membership over the simulated store and line.</summary>
internal sealed class SimNode : IFileRoles, IPresenceAudience
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly SimWorld _world;

    public SimNode(SimWorld world, string id)
    {
        _world = world;
        Id = id;
        Bus = world.Bus.ClusterOf(this);
        Membership = new ClusterMembership(Bus, world.Sim.Time, new ClusterOptions { Name = id });
        Rooms = new RoomDirectory(
            world.Log.For(this), world.Bus.RoomsOf(this), world.Sim.Time, world.Sim.Ids, Observer, new EditingOptions { HeadPoll = TimeSpan.FromSeconds(1.5), SnapshotRecords = 20 },
            DocumentOptions.Default, (_, _) => { }, Membership, this);
        Presence = new PresenceRegistry(this, Bus, world.Sim.Time, new PresenceOptions());
        Membership.Gone += node =>
        {
            Rooms.ForgetNode(node);
            _ = Presence.ForgetNodeAsync(node);
            _ = ReadAgainAsync();
        };
        Membership.Resumed += () => _ = ReadAgainAsync();
        _ = Bus.ListenAsync(Receive);
        Membership.Start(() => NodeFigures.Zero, () => Presence.Seq);
    }

    public string Id { get; }
    public bool IsDead { get; private set; }
    public bool IsCutOff { get; set; }
    public IClusterBus Bus { get; }
    public ClusterMembership Membership { get; }
    public RoomDirectory Rooms { get; }
    public PresenceRegistry Presence { get; }
    public RecordingObserver Observer { get; } = new();

    /// <summary>Ends between two statements; nothing of it is ever heard again.</summary>
    public void Die()
    {
        IsDead = true;
        Membership.Dispose();
        Rooms.Meter.Dispose();
        _world.Bus.Forget(this);
    }

    /// <summary>What a dead process waits for does not come.</summary>
    public Task UntilAliveAsync() => IsDead ? Never : Task.CompletedTask;

    /// <summary>Reads a role from the store; throws while that is down.</summary>
    public async Task<Role> RoleAsync(UserId user, FileId file, CancellationToken ct)
    {
        await UntilAliveAsync();
        await _world.Sim.After(20);
        if (_world.Log.IsDown) throw new InvalidOperationException("The store is down.");
        var role = _world.RoleOf(user);
        await _world.Sim.After(20);
        await UntilAliveAsync();
        return role;
    }

    /// <summary>What a committed change of access does on this node, and what it tells the others.</summary>
    public void Publish(AccessChanged change)
    {
        Bus.Publish(new LiveHint(Id, change));
        Review(change);
    }

    public ValueTask JoinedAsync(SessionId session, PresentParticipant participant) => ValueTask.CompletedTask;

    public ValueTask LeftAsync(SessionId session, PresentParticipant participant) => ValueTask.CompletedTask;

    public ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants) => ValueTask.CompletedTask;

    private void Receive(ClusterMessage message)
    {
        if (IsDead) return;
        Membership.Receive(message);
        Presence.Receive(message);
        if (message is LiveHint { Event: AccessChanged change } && message.Node != Id) Review(change);
    }

    private void Review(AccessChanged change)
    {
        foreach (var room in Rooms.Open(change.Workspace)) room.ReviewRoles(change.User, (user, ct) => RoleAsync(user, room.File, ct));
    }

    private async Task ReadAgainAsync()
    {
        Rooms.LookAtLog();
        while (!await Rooms.ReviewAllAsync()) await Task.Delay(TimeSpan.FromSeconds(1), _world.Sim.Time);
        Membership.Confirm();
    }
}
