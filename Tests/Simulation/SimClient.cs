using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Presence;

namespace CollabHub.Tests.Simulation;

/// <summary>An editor that types unique tokens, goes away and comes back to any node, and sends again whatever it was not told to be saved.</summary>
internal sealed class SimClient(SimWorld world, string name, UserId user) : IDisposable
{
    private YDocument _replica = new();
    private long _client = ClientIds.Draw(world.Sim.Ids);
    private FileSubscription? _subscription;
    private RoomLease? _lease;
    private string _connection = "";
    private readonly List<(long Seq, string Token)> _unsaved = [];
    private long _seq;
    private int _typed;
    private bool _isOpening;

    public UserId User => user;
    public string Name => name;
    public SimNode? Node { get; private set; }
    public bool IsHere => _subscription is not null;
    public string Text => _replica.GetText(FileRoom.TextRoot);

    public void Dispose() => _replica.Dispose();

    /// <summary>Types a token where no other is torn.</summary>
    public void Type()
    {
        var text = Text;
        List<int> places = [0, .. Enumerable.Range(0, text.Length).Where(i => text[i] == '⟧').Select(i => i + 1)];
        var token = string.Create(CultureInfo.InvariantCulture, $"⟦{name}:{++_typed}⟧");
        var update = _replica.ApplyTextEdits(FileRoom.TextRoot, _client, [new TextEdit(places[world.Sim.Random.Next(places.Count)], 0, token)])!;
        _unsaved.Add((++_seq, token));
        if (_subscription is not { } open) return;
        world.Typed(token, user);
        _ = _lease!.Room.PushAsync(open, _seq, update, isSync: false, CancellationToken.None).AsTask();
    }

    /// <summary>Cuts the connection; the node notices when it is alive.</summary>
    public void Cut()
    {
        if (_subscription is not { } open) return;
        if (!Node!.IsDead)
        {
            _lease!.Room.Leave(open);
            _lease.Dispose();
            _ = Node.Presence.LeaveAsync(world.Session, user, _connection).AsTask();
        }
        (_subscription, _lease, Node) = (null, null, null);
    }

    /// <summary>Opens the file on a node, unless it is open or being opened.</summary>
    public void Open(SimNode node)
    {
        if (_subscription is null && !_isOpening) _ = OpenAsync(node);
    }

    private async Task OpenAsync(SimNode node)
    {
        _isOpening = true;
        try
        {
            // A node that dies meanwhile never answers: the client gives up.
            await Task.WhenAny(JoinAsync(node), Task.Delay(TimeSpan.FromSeconds(2), world.Sim.Time));
        }
        finally
        {
            _isOpening = false;
        }
    }

    private async Task JoinAsync(SimNode node)
    {
        Role role;
        try
        {
            role = await node.RoleAsync(user, world.File, default);
        }
        catch (InvalidOperationException)
        {
            return;
        }
        if (!AccessPolicy.Allows(role, Permission.FilesRead) || _subscription is not null) return;
        var entered = await node.Rooms.EnterAsync(world.File, CancellationToken.None);
        if (!entered.TryGet(out var lease, out _)) return;
        var open = new FileSubscription(user, new AwarenessUser(user.ToString(), name, "#111111", "#11111133"), echo: false, node.Rooms.Options);
        var joined = await lease.Room.JoinAsync(open, role, _replica.EncodeStateVector(), CancellationToken.None);
        if (joined.Error is not null || _subscription is not null || node.IsDead)
        {
            if (!node.IsDead)
            {
                lease.Room.Leave(open);
                lease.Dispose();
            }
            return;
        }
        lease.Room.ReviewRoles(user, (who, ct) => node.RoleAsync(who, world.File, ct));
        (_subscription, _lease, Node) = (open, lease, node);
        world.Tell($"{name} opens on {node.Id} as {role}");
        _connection = $"{name}-{world.Sim.Ids.Next():N}";
        var now = world.Sim.Time.GetUtcNow();
        _ = node.Presence.JoinAsync(
            world.Session, world.Workspace, new PresentParticipant(user, name, name, role, PresenceStatus.Online, null, now, now, 1), _connection, default);
        _ = ReadAsync(open);
    }

    private async Task ReadAsync(FileSubscription open)
    {
        while (true)
        {
            var frames = await open.TakeAsync(CancellationToken.None);
            // What arrives on a connection that is cut is lost.
            if (_subscription != open || Node!.IsDead) return;
            foreach (var frame in frames) Take(frame, open);
            if (_subscription != open) return;
        }
    }

    private void Take(RoomFrame frame, FileSubscription open)
    {
        switch (frame.Kind)
        {
            case RoomFrameKind.Sync:
                Assert.Equal(DecodeError.None, _replica.Apply(frame.Payload.Span).Error);
                SendMissing(frame, open);
                break;
            case RoomFrameKind.Edit:
                Assert.Equal(DecodeError.None, _replica.Apply(frame.Payload.Span).Error);
                break;
            case RoomFrameKind.Saved:
                foreach (var (_, token) in _unsaved.Where(edit => edit.Seq <= frame.Seq)) world.Saved(token);
                _unsaved.RemoveAll(edit => edit.Seq <= frame.Seq);
                break;
            case RoomFrameKind.Rejected:
                world.Tell($"{name}: {frame.Seq} rejected, {frame.Code}");
                // Not in the server's document: it starts again from that.
                Cut();
                _replica.Dispose();
                (_replica, _client) = (new YDocument(), ClientIds.Draw(world.Sim.Ids));
                _unsaved.Clear();
                break;
            case RoomFrameKind.Closed:
                world.Tell($"{name}: closed, {frame.Code}");
                Cut();
                break;
        }
    }

    /// <summary>The answer to the first exchange: everything that the server lacks, under one number.</summary>
    private void SendMissing(RoomFrame sync, FileSubscription open)
    {
        using var writer = new Lib0Writer(256);
        Assert.True(_replica.TryEncodeDiff(sync.StateVector.Span, writer, out _));
        foreach (var (_, token) in _unsaved) world.Typed(token, user);
        _ = _lease!.Room.PushAsync(open, ++_seq, writer.ToArray(), isSync: true, CancellationToken.None).AsTask();
    }
}
