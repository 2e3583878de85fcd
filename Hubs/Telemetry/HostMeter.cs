using System.Diagnostics.Metrics;
using CollabHub.Domain.Editing;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Telemetry;

/// <summary>What the host knows of itself at the moment of a look: connections, open files, waiting events.</summary>
public sealed class HostMeter(SignInConnections connections, RoomDirectory rooms, LiveEventQueue events) : IDisposable
{
    /// <summary>The name under which collectors find the instruments.</summary>
    public const string Name = "CollabHub.Host";

    private readonly Meter _meter = new(Name);

    /// <summary>Creates the instruments; once, at start.</summary>
    public void Observe()
    {
        _meter.CreateObservableUpDownCounter("collabhub.connections", () => connections.Count, "{connection}", "Open connections of signed-in people on hubs and sockets.");
        _meter.CreateObservableUpDownCounter("collabhub.files.open", () => rooms.Count, "{file}", "Files that are open on this node.");
        _meter.CreateObservableUpDownCounter("collabhub.live_events.queue", () => events.Reader.Count, "{event}", "Events of committed changes that wait for their delivery.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
