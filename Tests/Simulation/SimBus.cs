using CollabHub.Domain;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Simulation;

/// <summary>The line between the nodes: it delays, drops, repeats and reorders, and cuts nodes off. What breaks a line is told to nobody until it is mended.</summary>
internal sealed class SimBus(SimScheduler sim)
{
    private readonly List<Line> _lines = [];

    /// <summary>Of 100 messages to another node, how many are lost.</summary>
    public int DropPercent { get; set; }

    /// <summary>Of 100 messages to another node, how many arrive twice, and how many late.</summary>
    public int MessPercent { get; set; }

    /// <summary>Messages that were lost, repeated, late.</summary>
    public (int Dropped, int Repeated, int Late) Fired { get; private set; }

    public IRoomBus RoomsOf(SimNode node) => new RoomBus(this, node);

    public IClusterBus ClusterOf(SimNode node) => new ClusterBus(this, node);

    /// <summary>The lines of a node work again: its channels say so.</summary>
    public void Mend(SimNode node)
    {
        node.IsCutOff = false;
        foreach (var line in _lines.Where(line => line.Node == node && line.File is not null).ToList()) line.Receive(new BusResumed());
        foreach (var line in _lines.Where(line => line.Node == node && line.File is null).ToList()) Send(line.Node, null, new NodeHello(node.Id));
    }

    public void Forget(SimNode node) => _lines.RemoveAll(line => line.Node == node);

    private void Send(SimNode from, FileId? file, object message)
    {
        if (from.IsDead || from.IsCutOff) return;
        foreach (var line in _lines.Where(line => line.File == file).ToList())
        {
            if (line.Node == from)
            {
                // The own echo: of the nodes' line only, and as reliable as the connection.
                if (file is null) _ = DeliverAsync(line, message, 5);
                continue;
            }
            if (sim.Random.Next(100) < DropPercent)
            {
                Fired = Fired with { Dropped = Fired.Dropped + 1 };
                continue;
            }
            var isMess = sim.Random.Next(100) < MessPercent;
            _ = DeliverAsync(line, message, isMess ? 400 : 10);
            if (!isMess) continue;
            if (sim.Random.Next(2) == 0)
            {
                Fired = Fired with { Late = Fired.Late + 1 };
                continue;
            }
            Fired = Fired with { Repeated = Fired.Repeated + 1 };
            _ = DeliverAsync(line, message, 400);
        }
    }

    private async Task DeliverAsync(Line line, object message, int mostMilliseconds)
    {
        await sim.After(mostMilliseconds);
        if (!line.Node.IsDead && !line.Node.IsCutOff && _lines.Contains(line)) line.Receive(message);
    }

    private sealed record Line(SimNode Node, FileId? File, Action<object> Receive);

    private sealed class RoomBus(SimBus bus, SimNode node) : IRoomBus
    {
        public string Node => node.Id;

        public ValueTask<IRoomChannel> SubscribeAsync(FileId file, Action<RoomBusMessage> receive, CancellationToken ct)
        {
            var line = new Line(node, file, message => receive((RoomBusMessage)message));
            bus._lines.Add(line);
            return new(new Channel(bus, node, file, line));
        }
    }

    private sealed class Channel(SimBus bus, SimNode node, FileId file, Line line) : IRoomChannel
    {
        public void Publish(RoomBusMessage message) => bus.Send(node, file, message);

        public void Verify()
        {
            // A message was lost, the line was not.
        }

        public ValueTask DisposeAsync()
        {
            bus._lines.Remove(line);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class ClusterBus(SimBus bus, SimNode node) : IClusterBus
    {
        public string Node => node.Id;

        public void Publish(ClusterMessage message) => bus.Send(node, null, message);

        public Task ListenAsync(Action<ClusterMessage> receive)
        {
            bus._lines.Add(new Line(node, null, message => receive((ClusterMessage)message)));
            return Task.CompletedTask;
        }
    }
}
