using CollabHub.Domain.Access;
using CollabHub.Domain.Operations;

namespace CollabHub.Domain.Cluster;

/// <summary>
/// Who is in the cluster. Every node says once a second that it lives; it hears its own word as well, and that is how it knows
/// that the line works. Only a node that hears itself may call another one gone: who is deaf cannot tell the dead from the unheard.
/// </summary>
public sealed class ClusterMembership : INodeRegistry, IAccessLease, IDisposable
{
    // Guards everything below: beats come from the bus, looks from a timer, questions from everywhere.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Known> _nodes = [];
    private readonly Dictionary<long, long> _sent = [];
    private readonly IClusterBus _bus;
    private readonly TimeProvider _time;
    private readonly ClusterOptions _options;
    private readonly ITimer _beat;
    private readonly ITimer _look;
    private Func<NodeFigures> _figures = static () => NodeFigures.Zero;
    private Func<long> _presenceSeq = static () => 0;
    private NodeFigures _own = NodeFigures.Zero;
    private long _number;

    // When the newest word of this node that came back had been sent.
    private long? _echoOf;
    private bool _wasAway = true;

    // Whether everything was read again that may have been missed while the line was away.
    private bool _isConfirmed;
    private bool _isLeaving;

    private sealed record Known(string Name, long HeardAt, NodeFigures Figures);

    /// <param name="bus">The other nodes.</param>
    /// <param name="time">The clock; only its monotonic side is used.</param>
    /// <param name="options">Pace.</param>
    public ClusterMembership(IClusterBus bus, TimeProvider time, ClusterOptions options)
    {
        _bus = bus;
        _time = time;
        _options = options;
        _beat = time.CreateTimer(_ => Beat(isLast: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _look = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Another node has gone; told once for each of its runs. What it said last may have been missed, as after <see cref="Resumed"/>. Must not block.</summary>
    public event Action<string>? Gone;

    /// <summary>
    /// The line works again, or for the first time: what was said meanwhile may have been missed. Whoever depends on it reads it again
    /// and then calls <see cref="Confirm"/>. Must not block.
    /// </summary>
    public event Action? Resumed;

    /// <summary>This run of this node.</summary>
    public string Node => _bus.Node;

    /// <inheritdoc/>
    public bool IsHeld
    {
        get
        {
            lock (_gate) return _isConfirmed && HearsItselfWithin(IAccessLease.LifeTime);
        }
    }

    /// <inheritdoc/>
    public bool IsPartial
    {
        get
        {
            lock (_gate) return !HearsItselfWithin(_options.GoneAfter);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LiveNode> Nodes
    {
        get
        {
            lock (_gate)
            {
                var self = new LiveNode(_bus.Node, _options.Name, true, TimeSpan.Zero, _own);
                var others = _nodes.Select(n => new LiveNode(n.Key, n.Value.Name, false, _time.GetElapsedTime(n.Value.HeardAt), n.Value.Figures));
                return [.. others.Append(self).OrderBy(n => n.Name, StringComparer.Ordinal).ThenBy(n => n.Node, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Begins to beat; the bus is being listened to.</summary>
    /// <param name="figures">How the node is doing; asked once a beat.</param>
    /// <param name="presenceSeq">The number of its last message about the people on it.</param>
    public void Start(Func<NodeFigures> figures, Func<long> presenceSeq)
    {
        _figures = figures;
        _presenceSeq = presenceSeq;
        _bus.Publish(new NodeHello(_bus.Node));
        _beat.Change(TimeSpan.Zero, _options.Beat);
        _look.Change(_options.Look, _options.Look);
    }

    /// <summary>Says that this node stops, so that nobody has to wait for its silence.</summary>
    public void Leave()
    {
        lock (_gate) _isLeaving = true;
        Beat(isLast: true);
    }

    /// <summary>What may have been missed before the last <see cref="Resumed"/> was read again: the lease holds from here on.</summary>
    public void Confirm()
    {
        lock (_gate) _isConfirmed = !_wasAway;
    }

    /// <summary>Takes a beat or a greeting; of other messages only that their sender lives.</summary>
    public void Receive(ClusterMessage message)
    {
        switch (message)
        {
            case NodeBeat beat when beat.Node == _bus.Node:
                OnEcho(beat.Number);
                break;
            case NodeBeat { IsLast: true } beat:
                Remove(beat.Node);
                break;
            case NodeBeat beat:
                lock (_gate) _nodes[beat.Node] = new Known(beat.Name, _time.GetTimestamp(), beat.Figures);
                break;
            case NodeHello hello when hello.Node != _bus.Node:
                NoteLife(hello.Node);
                Beat(isLast: false);
                break;
            default:
                if (message.Node != _bus.Node) NoteLife(message.Node);
                break;
        }
    }

    /// <summary>Whoever says anything is there until it is silent, even when its beats were missed: nothing that it said must outlive it.</summary>
    private void NoteLife(string node)
    {
        lock (_gate)
        {
            _nodes[node] = _nodes.TryGetValue(node, out var known)
                ? known with { HeardAt = _time.GetTimestamp() }
                : new Known(node, _time.GetTimestamp(), NodeFigures.Zero);
        }
    }

    private void OnEcho(long number)
    {
        bool resumed;
        lock (_gate)
        {
            if (!_sent.Remove(number, out var sentAt)) return;
            if (!HearsItselfWithin(_options.GoneAfter)) _wasAway = true;
            foreach (var older in _sent.Keys.Where(key => key < number).ToList()) _sent.Remove(older);
            _echoOf = sentAt;
            resumed = _wasAway && HearsItselfWithin(_options.GoneAfter);
            if (resumed)
            {
                _wasAway = false;
                _isConfirmed = false;
                // They may come back a little later than this node.
                foreach (var (node, known) in _nodes) _nodes[node] = known with { HeardAt = _time.GetTimestamp() };
            }
        }
        if (resumed) Resumed?.Invoke();
    }

    private void Beat(bool isLast)
    {
        NodeBeat beat;
        lock (_gate)
        {
            if (_isLeaving && !isLast) return;
            _own = _figures();
            _sent[++_number] = _time.GetTimestamp();
            // Of a line that was away for long only the newest words matter.
            _sent.Remove(_number - 60);
            beat = new NodeBeat(_bus.Node, _options.Name, _number, _presenceSeq(), _own, isLast);
        }
        _bus.Publish(beat);
    }

    private void Look()
    {
        List<string> gone;
        lock (_gate)
        {
            if (!HearsItselfWithin(_options.GoneAfter)) _wasAway = true;
            // A pause of this process, or a deaf line: the others get their time again once it hears.
            if (!HearsItselfWithin(2 * _options.Beat + _options.Look)) return;
            gone = [.. _nodes.Where(node => _time.GetElapsedTime(node.Value.HeardAt) > _options.GoneAfter).Select(node => node.Key)];
        }
        foreach (var node in gone) Remove(node);
    }

    private void Remove(string node)
    {
        bool was;
        lock (_gate)
        {
            was = _nodes.Remove(node);
            // Its last words may have been lost with it.
            if (was) _isConfirmed = false;
        }
        if (was) Gone?.Invoke(node);
    }

    private bool HearsItselfWithin(TimeSpan limit) => _echoOf is { } sentAt && _time.GetElapsedTime(sentAt) <= limit;

    /// <inheritdoc/>
    public void Dispose()
    {
        _beat.Dispose();
        _look.Dispose();
    }
}
