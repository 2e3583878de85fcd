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
    private readonly List<Unsaved> _unsaved = [];
    private long _seq;
    private int _typed;
    private bool _isOpening;

    /// <summary>A token that was not told to be saved.</summary>
    private sealed class Unsaved(string token, ReadOnlyMemory<byte> update)
    {
        public string Token => token;
        public ReadOnlyMemory<byte> Update => update;

        /// <summary>The number of the message that brings it on this connection; null while none does.</summary>
        public long? Seq { get; set; }
    }

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
        _unsaved.Add(new Unsaved(token, update));
        if (_subscription is { } open) Push(open, _unsaved[^1]);
    }

    private void Push(FileSubscription open, Unsaved edit)
    {
        edit.Seq = ++_seq;
        world.Typed(edit.Token, user);
        _ = _lease!.Room.PushAsync(open, _seq, edit.Update, isSync: false, CancellationToken.None).AsTask();
    }

    /// <summary>What providers send of what was typed while they were away, before they answer the first exchange: some of it, the newest first.</summary>
    private void PushEarly(FileSubscription open)
    {
        var from = world.Sim.Random.Next(_unsaved.Count + 1);
        foreach (var edit in _unsaved.Skip(from).ToList()) Push(open, edit);
        if (world.Sim.Random.Next(2) == 0) return;
        foreach (var edit in _unsaved.Take(from).ToList()) Push(open, edit);
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
        foreach (var edit in _unsaved) edit.Seq = null;
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
        if (world.Sim.Random.Next(2) == 0) PushEarly(open);
        _ = ReadAsync(open);
    }

    private async Task ReadAsync(FileSubscription open)
    {
        while (true)
        {
            var frames = await open.TakeAsync(CancellationToken.None);
            await world.Sim.After(60);
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
                foreach (var edit in _unsaved.Where(edit => edit.Seq <= frame.Seq)) world.Saved(edit.Token);
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
        _seq++;
        foreach (var edit in _unsaved)
        {
            edit.Seq ??= _seq;
            world.Typed(edit.Token, user);
        }
        _ = _lease!.Room.PushAsync(open, _seq, writer.ToArray(), isSync: true, CancellationToken.None).AsTask();
    }
}
