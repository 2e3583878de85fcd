using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Live;
using CollabHub.Domain.Presence;

namespace CollabHub.Tests.Simulation;

/// <summary>One history out of one seed: people type into one file on several nodes while everything breaks; then everything is mended, and what must hold is looked at.</summary>
internal sealed partial class SimWorld
{
    private const int Steps = 120;
    private static readonly TimeSpan RevokedWithin = TimeSpan.FromSeconds(7);

    private readonly List<SimNode> _nodes = [];
    private readonly List<SimClient> _clients = [];
    private readonly Dictionary<UserId, (Role Role, DateTimeOffset Since)> _roles = [];
    private readonly HashSet<string> _typed = [];
    private readonly HashSet<string> _saved = [];
    private readonly Dictionary<string, (UserId User, DateTimeOffset At)> _forbidden = [];
    private int _runs;

    private readonly bool _isAlone;

    /// <param name="seed">What happens.</param>
    /// <param name="isAlone">One node and one account; each time it dies, what is in the store by itself is looked at.</param>
    public SimWorld(int seed, bool isAlone = false)
    {
        _isAlone = isAlone;
        Sim = new SimScheduler(seed);
        Workspace = new WorkspaceId(Sim.Ids.Next());
        Session = new SessionId(Sim.Ids.Next());
        File = new FileId(Sim.Ids.Next());
        Log = new SimLog(Sim, Workspace);
        Log.Create(File);
        Bus = new SimBus(Sim);
    }

    public SimScheduler Sim { get; }
    public SimLog Log { get; }
    public SimBus Bus { get; }
    public WorkspaceId Workspace { get; }
    public SessionId Session { get; }
    public FileId File { get; }

    /// <summary>What happened, for the message of a failure and for counting what fired.</summary>
    public Dictionary<string, int> Fired { get; } = [];

    /// <summary>What was done when, for reading a seed that failed.</summary>
    public StringBuilder Script { get; } = new();

    /// <summary>What was called saved.</summary>
    public int SavedCount => _saved.Count;

    public Role RoleOf(UserId user) => _roles[user].Role;

    /// <summary>A token leaves for a node.</summary>
    public void Typed(string token, UserId user)
    {
        var (role, since) = _roles[user];
        var isFirst = _typed.Add(token);
        Tell($"{token} leaves as {role}");
        if (role >= Role.Editor || Sim.Time.GetUtcNow() - since <= RevokedWithin) _forbidden.Remove(token);
        else if (isFirst) _forbidden[token] = (user, Sim.Time.GetUtcNow());
    }

    public void Saved(string token)
    {
        _saved.Add(token);
        Tell($"{token} is saved");
    }

    /// <summary>Runs the history; throws with what does not hold.</summary>
    public string Run()
    {
        for (var i = 0; i < (_isAlone ? 1 : 3); i++) StartNode();
        var one = new UserId(Sim.Ids.Next());
        for (var i = 0; i < 5; i++)
        {
            var user = _isAlone ? one : new UserId(Sim.Ids.Next());
            _roles[user] = (Role.Editor, Sim.Time.GetUtcNow());
            _clients.Add(new SimClient(this, ((char)('a' + i)).ToString(), user));
        }
        Sim.Pass(TimeSpan.FromSeconds(2));
        for (var step = 0; step < Steps; step++)
        {
            Step();
            foreach (var client in _clients.Where(client => !client.IsHere && Sim.Random.Next(4) == 0)) client.Open(AnyNode());
            Sim.Pass(TimeSpan.FromMilliseconds(Sim.Random.Next(200)));
        }
        Mend();
        return Check();
    }

    private void Step()
    {
        switch (Sim.Random.Next(100))
        {
            case < 62:
                Any(_clients).Type();
                break;
            case < 72:
                Note("cut");
                Any(_clients).Cut();
                break;
            case < 76:
                Log.IsDown = !Log.IsDown;
                if (Log.IsDown) Note("store down");
                else Tell("store up");
                break;
            case < 80 when _nodes.Count > 1 || _isAlone:
                Note("crash");
                Crash(AnyNode());
                if (!_isAlone) break;
                LookAtStore();
                StartNode();
                break;
            case < 82:
                StartNode();
                break;
            case < 86:
                CutOff(AnyNode());
                break;
            case < 90:
                SetRole(Any(_clients).User, Any([Role.None, Role.Viewer, Role.Editor, Role.Editor]));
                break;
            case < 94:
                Bus.DropPercent = Any([0, 0, 10, 50, 100]);
                Bus.MessPercent = Any([0, 0, 20]);
                break;
            case < 97:
                Note("long wait");
                Sim.Pass(TimeSpan.FromSeconds(Sim.Random.Next(12)));
                break;
        }
    }

    private void StartNode()
    {
        if (_nodes.Count < (_isAlone ? 1 : 4)) _nodes.Add(new SimNode(this, string.Create(CultureInfo.InvariantCulture, $"n{++_runs}")));
    }

    private void Crash(SimNode node)
    {
        _nodes.Remove(node);
        Tell($"{node.Id} dies");
        AssertNoRoomFailed(node);
        node.Die();
        foreach (var client in _clients.Where(client => client.Node == node)) client.Cut();
    }

    private void CutOff(SimNode node)
    {
        if (node.IsCutOff)
        {
            Tell($"{node.Id} mended");
            Bus.Mend(node);
            return;
        }
        Note("cut off");
        Tell(node.Id);
        node.IsCutOff = true;
    }

    private void SetRole(UserId user, Role role)
    {
        if (Log.IsDown || _isAlone || _roles[user].Role == role) return;
        Note("role");
        Tell($"{_clients.Single(client => client.User == user).Name} is {role}");
        _roles[user] = (role, Sim.Time.GetUtcNow());
        // What is still held back until roles have been read again meets the new one.
        var recent = _forbidden.Where(token => role >= Role.Editor && token.Value.User == user && Sim.Time.GetUtcNow() - token.Value.At < RevokedWithin);
        foreach (var (token, _) in recent.ToList()) _forbidden.Remove(token);
        AnyNode().Publish(new AccessChanged(user, Workspace, null));
    }

    private void Mend()
    {
        Log.IsDown = false;
        (Bus.DropPercent, Bus.MessPercent) = (0, 0);
        foreach (var node in _nodes.Where(node => node.IsCutOff)) Bus.Mend(node);
        StartNode();
        foreach (var client in _clients) SetRole(client.User, Role.Editor);
        for (var i = 0; i < 40; i++)
        {
            foreach (var client in _clients.Where(client => !client.IsHere)) client.Open(AnyNode());
            Sim.Pass(TimeSpan.FromMilliseconds(400));
        }
    }

    /// <summary>What was called saved is in the text of the store by itself, whoever comes back with what.</summary>
    private void LookAtStore()
    {
        var tokens = Token().Matches(ColdText()).Select(match => match.Value).ToHashSet();
        Assert.Equal([], _saved.Where(token => !tokens.Contains(token)).Select(token => token + " was saved and hangs on something that is not"));
    }

    private static void AssertNoRoomFailed(SimNode node)
    {
        var told = node.Observer.Told;
        var at = told.IndexOf("room failed", StringComparison.Ordinal);
        Assert.True(at < 0, $"{node.Id}: {(at < 0 ? "" : told[at..])}");
    }

    private string ColdText()
    {
        using var cold = new YDocument();
        var history = Log.Load(File);
        if (!history.Snapshot.IsEmpty) Assert.Equal(DecodeError.None, cold.Apply(history.Snapshot.Span).Error);
        foreach (var record in history.Tail) Assert.Equal(DecodeError.None, cold.Apply(record.Update.Span).Error);
        return cold.GetText(FileRoom.TextRoot);
    }

    private string Check()
    {
        foreach (var client in _clients) Assert.True(client.IsHere, $"{client.Name} could not come back.");
        var text = ColdText();
        foreach (var client in _clients) Assert.True(text == client.Text, $"{client.Name} on {client.Node!.Id} shows another text:\n{client.Text}\nthan the log:\n{text}");
        var tokens = Token().Matches(text).Select(match => match.Value).ToList();
        Assert.Equal(text, string.Concat(tokens));
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
        Assert.Equal([], _saved.Except(tokens).Select(token => token + " was saved and is lost"));
        Assert.Equal([], tokens.Except(_typed).Select(token => token + " was never typed"));
        Assert.Equal([], tokens.Where(_forbidden.ContainsKey).Select(token => token + " was typed without a right to"));
        var present = _clients.Select(client => $"{client.Name} 1").Order(StringComparer.Ordinal).ToList();
        foreach (var node in _nodes)
        {
            AssertNoRoomFailed(node);
            if (_isAlone) continue;
            var listed = Listed(node);
            Assert.True(present.SequenceEqual(listed), $"{node.Id} lists {string.Join(", ", listed)} instead of {string.Join(", ", present)}");
        }
        foreach (var node in _nodes) node.Die();
        foreach (var client in _clients) client.Dispose();
        return text;
    }

    private List<string> Listed(SimNode node)
    {
        var reading = node.Presence.ReadAsync(new PresenceScope(null, Session), CancellationToken.None);
        Sim.Drain();
        Assert.True(reading.IsCompleted, "Presence does not answer.");
        return [.. reading.Result.SelectMany(session => session.Participants).Select(p => $"{p.Username} {p.Connections}").Order(StringComparer.Ordinal)];
    }

    private SimNode AnyNode() => Any(_nodes);

    private T Any<T>(IReadOnlyList<T> from) => from[Sim.Random.Next(from.Count)];

    public void Tell(string what) =>
        Script.AppendLine(CultureInfo.InvariantCulture, $"{Sim.Time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero):mm\\:ss\\.fff} {what}");

    private void Note(string what)
    {
        Tell(what);
        Count(what);
    }

    private void Count(string what) => Fired[what] = Fired.GetValueOrDefault(what) + 1;

    [GeneratedRegex("⟦[a-z]:[0-9]+⟧")]
    private static partial Regex Token();
}
