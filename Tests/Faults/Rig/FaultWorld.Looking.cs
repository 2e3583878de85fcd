using System.Globalization;
using System.Text.Json;
using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>What is looked at: errors during a fault, and everything once all is mended and at rest.</summary>
internal sealed partial class FaultWorld
{
    private static readonly TimeSpan PresenceLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(60);

    private bool _isSameFile;
    private readonly Dictionary<int, (long Files, long Threads, long Bytes)> _baseline = [];

    /// <summary>Notes what each node uses, and begins a new round.</summary>
    public async Task BeginAsync()
    {
        var next = new Evidence { Canary = Canary };
        if (_isSameFile) next.GoOnFrom(Evidence);
        _isSameFile = true;
        Evidence = next;
        await Rig.SendAsync("history", new { });
        foreach (var node in Cluster.Nodes) _baseline.TryAdd(node.Id, Usage(node.Id));
    }

    /// <summary>Asks every node that is up for what is not there, what a stranger may not see, and what needs the store.</summary>
    public async Task ProbeErrorsAsync()
    {
        foreach (var node in Cluster.Nodes.Where(node => node.IsUp))
        {
            using var ada = At(node, Owner);
            using var eve = At(node, Eve);
            await AskAsync(ada.GetAsync(new Uri($"api/workspaces/{Workspace}/files/{Guid.NewGuid()}/content", UriKind.Relative)));
            await AskAsync(ada.GetAsync(new Uri($"api/workspaces/{Workspace}/presence", UriKind.Relative)));
            await AskAsync(eve.GetAsync(new Uri($"api/workspaces/{Workspace}/files/{File}/content", UriKind.Relative)), isEves: true);
            await AskAsync(eve.GetAsync(new Uri($"api/workspaces/{Workspace}/presence", UriKind.Relative)), isEves: true);
        }
    }

    private async Task AskAsync(Task<HttpResponseMessage> asking, bool isEves = false)
    {
        try
        {
            using var answer = await asking;
            var body = await answer.Content.ReadAsStringAsync();
            Evidence.Answers.Add(((int)answer.StatusCode, $"{answer.Content.Headers.ContentType}", body));
            if (!isEves) return;
            Evidence.Received.Add(body);
            Assert.True((int)answer.StatusCode >= 400, $"Eve was answered {answer.StatusCode}.");
        }
        catch (Exception exception) when (Lines.IsLost(exception))
        {
            History.Add("no answer", exception.Message);
        }
    }

    /// <summary>Lets everyone come to rest and looks at everything; answers how many ghosts there were.</summary>
    public async Task<int> LookAsync()
    {
        string[] all = [.. _editors, .. _guests.Except(Evidence.Forbidden.Select(time => time.Client))];
        foreach (var client in all) await Rig.SendAsync("settled", new { client, timeoutMs = RestLimit.TotalMilliseconds - 5000 });
        Evidence.Add((await Rig.SendAsync("history", new { })).GetProperty("events"));
        await Pace.HoldsWithinAsync(TimeSpan.FromSeconds(20), async () =>
        {
            var texts = new HashSet<string?>();
            foreach (var client in all) texts.Add(await Rig.TextAsync(client));
            return texts.Count == 1;
        });
        var cursors = await Rig.SendAsync("cursors", new { clients = all, timeoutMs = PresenceLimit.TotalMilliseconds });
        foreach (var part in new[] { "missing", "ghosts" }) Evidence.Cursors.AddRange(cursors.GetProperty(part).EnumerateArray().Select(one => one.GetString()!));
        foreach (var client in all)
        {
            var state = await Rig.StateAsync(client);
            Evidence.Texts[client] = state.GetProperty("text").GetString()!;
            Evidence.Vectors[client] = Vector(state.GetProperty("stateVector").GetBytesFromBase64());
            if (client.StartsWith("hub-", StringComparison.Ordinal) && state.GetProperty("role").GetString() is { } role) Evidence.Roles.Add((client, UserOf(client), role));
        }
        var stranger = await Rig.StateAsync(Stranger);
        Evidence.Received.AddRange([stranger.GetProperty("text").GetString()!, Cluster.Logs]);
        if (stranger.GetProperty("leaks").GetInt32() > 0) Evidence.Received.Add(Canary);
        await LookAtNodesAsync();
        Evidence.Texts["the log"] = await ColdTextAsync();
        Evidence.Streams.AddRange(_watcher.Streams);
        foreach (var guest in _guests) await Rig.SendAsync("remove", new { client = guest });
        _guests.Clear();
        return cursors.GetProperty("ghosts").GetArrayLength() + Evidence.Listed.Sum(node => node.Value.Except(Evidence.Alive).Count());
    }

    private string UserOf(string client)
    {
        var at = _editors.IndexOf(client);
        return at < 0 ? client : $"{_users[at % _users.Length].Id}";
    }

    private async Task LookAtNodesAsync()
    {
        var exact = await Pace.HoldsWithinAsync(PresenceLimit, async () => _residents.TrueForAll(resident => resident.IsIn) && await AllListAsync());
        if (!exact) History.Add("presence", "is not exact");
        foreach (var resident in _residents) Evidence.Alive.Add($"{resident.User.Id} {(resident.IsIn ? 1 : 0)}");
        foreach (var node in Cluster.Nodes)
        {
            using var http = At(node, Owner);
            Evidence.Listed[node.Name] = await ListedAsync(node);
            Evidence.Texts[node.Name] = await http.GetStringAsync(new Uri($"api/workspaces/{Workspace}/files/{File}/content", UriKind.Relative));
            var people = JsonDocument.Parse(await http.GetStringAsync(new Uri($"api/sessions/{Session}/participants", UriKind.Relative))).RootElement;
            foreach (var person in people.GetProperty("items").EnumerateArray())
            {
                Evidence.Roles.Add((node.Name, person.GetProperty("userId").GetString()!, person.GetProperty("role").GetString()!));
            }
            if (!_baseline.TryGetValue(node.Id, out var before)) continue;
            var now = Usage(node.Id);
            Evidence.Resources.Add(($"{node.Name} open files", before.Files + 60 + _guests.Count, now.Files, 1.1));
            Evidence.Resources.Add(($"{node.Name} threads", before.Threads + 30, now.Threads, 1.1));
            Evidence.Resources.Add(($"{node.Name} bytes", before.Bytes, now.Bytes, 3));
        }
    }

    /// <summary>Whether every node lists exactly those who are here.</summary>
    public async Task<bool> AllListAsync()
    {
        var alive = _residents.Where(resident => resident.IsIn).Select(resident => $"{resident.User.Id} 1").Order(StringComparer.Ordinal).ToList();
        foreach (var node in Cluster.Nodes.Where(node => node.IsUp))
        {
            if (!alive.SequenceEqual((await ListedAsync(node)).Order(StringComparer.Ordinal))) return false;
        }
        return true;
    }

    /// <summary>Whom a node lists.</summary>
    public async Task<IReadOnlyList<string>> ListedAsync(FaultNode node)
    {
        using var http = At(node, Owner);
        try
        {
            var people = JsonDocument.Parse(await http.GetStringAsync(new Uri($"api/workspaces/{Workspace}/presence", UriKind.Relative))).RootElement;
            return [.. people.GetProperty("items").EnumerateArray().Select(person => $"{person.GetProperty("userId").GetString()} {person.GetProperty("connections").GetInt32()}")];
        }
        catch (HttpRequestException)
        {
            return ["no answer"];
        }
    }

    /// <summary>The text that a process without any memory reads from the store.</summary>
    public async Task<string> ColdTextAsync(Guid? file = null)
    {
        using var database = new PostgresDatabase(Cluster.Database);
        await using var log = new EditLog(database, TimeProvider.System, new RecordingObserver());
        return await ColdTextAsync(log, file ?? File);
    }

    public static async Task<string> ColdTextAsync(IEditLog log, Guid file)
    {
        var history = (await log.LoadAsync(new FileId(file), default)).Value;
        using var document = new YDocument();
        if (!history.Snapshot.IsEmpty) Assert.Equal(DecodeError.None, document.Apply(history.Snapshot.Span).Error);
        foreach (var record in history.Tail) Assert.Equal(DecodeError.None, document.Apply(record.Update.Span).Error);
        return document.GetText(FileRoom.TextRoot);
    }

    /// <summary>How many slow readers all nodes have closed.</summary>
    public async Task<double> SlowReadersAsync()
    {
        var sum = 0.0;
        foreach (var node in Cluster.Nodes) sum += await MetricAsync(node, "collabhub_slow_readers_total");
        return sum;
    }

    /// <summary>A node, by chance, that a good share of the people are on.</summary>
    public async Task<FaultNode> BusyNodeAsync()
    {
        var busy = new List<FaultNode>();
        foreach (var node in Cluster.Nodes)
        {
            if (await MetricAsync(node, "collabhub_connections") >= 3) busy.Add(node);
        }
        return busy[Random.Next(busy.Count)];
    }

    private async Task<double> MetricAsync(FaultNode node, string name)
    {
        using var http = At(node, Owner);
        var metrics = await http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return metrics.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static string Vector(byte[] encoded)
    {
        var reader = new Lib0Reader(encoded);
        var clocks = new SortedDictionary<long, long>();
        for (var count = reader.ReadVarUint(); count > 0; count--)
        {
            var client = reader.ReadVarUint();
            clocks[client] = reader.ReadVarUint();
        }
        return string.Join(' ', clocks.Select(clock => string.Create(CultureInfo.InvariantCulture, $"{clock.Key}:{clock.Value}")));
    }

    private static (long Files, long Threads, long Bytes) Usage(int process)
    {
        var status = System.IO.File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', StringSplitOptions.TrimEntries)).ToDictionary(line => line[0], line => line[1]);
        return (Directory.GetFiles($"/proc/{process}/fd").Length, long.Parse(status["Threads"], CultureInfo.InvariantCulture),
            long.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) * 1024);
    }
}
