using System.Collections.Concurrent;

namespace CollabHub.Domain.Editing;

/// <summary>A bus whose nodes live in one process: the embedded default has one, tests have several.</summary>
public sealed class InProcessRoomBus(InProcessRoomBus.Exchange exchange, string node) : IRoomBus
{
    /// <inheritdoc/>
    public string Node => node;

    /// <inheritdoc/>
    public ValueTask<IRoomChannel> SubscribeAsync(FileId file, Action<RoomBusMessage> receive, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var line = new Line(exchange, file, receive);
        exchange.Lines(file).TryAdd(line, true);
        return new ValueTask<IRoomChannel>(line);
    }

    /// <summary>What the nodes of one process share.</summary>
    public sealed class Exchange
    {
        private readonly ConcurrentDictionary<FileId, ConcurrentDictionary<Line, bool>> _files = new();

        internal ConcurrentDictionary<Line, bool> Lines(FileId file) => _files.GetOrAdd(file, static _ => new());

        internal void Leave(FileId file, Line line) => Lines(file).TryRemove(line, out _);
    }

    internal sealed class Line(Exchange exchange, FileId file, Action<RoomBusMessage> receive) : IRoomChannel
    {
        public void Publish(RoomBusMessage message)
        {
            foreach (var (line, _) in exchange.Lines(file))
            {
                if (line != this) line.Receive(message);
            }
        }

        public void Verify()
        {
            // Calls within a process do not get lost.
        }

        public ValueTask DisposeAsync()
        {
            exchange.Leave(file, this);
            return ValueTask.CompletedTask;
        }

        private void Receive(RoomBusMessage message) => receive(message);
    }
}
