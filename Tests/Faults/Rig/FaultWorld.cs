using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>
/// People on a cluster: stock editors of every kind that type into one file, people in its session, an operator, and a stranger with a file of
/// his own. Everything goes through nginx unless a fault says otherwise.
/// </summary>
internal sealed partial class FaultWorld : IAsyncDisposable
{
    public const int EditsPerSecond = 5;
    public const string Stranger = "stranger";
    private static readonly string[] Kinds = ["hub-msgpack", "hub-json", "y-websocket-1", "y-websocket-3", "y-websocket-3-0", "hocuspocus-2", "hocuspocus-3", "hocuspocus-4"];

    private readonly List<Resident> _residents = [];
    private readonly List<string> _editors = [];
    private readonly List<string> _guests = [];
    private readonly TestUser[] _users;
    private readonly TestUser _eve;
    private Watcher _watcher = null!;
    private int _files;

    private FaultWorld(FaultCluster cluster, History history, TestUser[] users, TestUser eve, int seed)
    {
        (Cluster, History, _users, _eve) = (cluster, history, users, eve);
        Random = new Random(seed);
        Rig = ClientRig.Start(cluster.Address);
        Evidence = new Evidence { Canary = Canary };
    }

    public FaultCluster Cluster { get; }

    public History History { get; }

    public Random Random { get; }

    public ClientRig Rig { get; }

    /// <summary>What this round brought to light.</summary>
    public Evidence Evidence { get; private set; }

    public TestUser Owner => _users[0];

    public TestUser Someone => _users[1];

    public IReadOnlyList<string> Editors => _editors;

    /// <summary>How long a store stays away.</summary>
    public int OutageSeconds { get; init; }

    public Guid Session { get; private set; }

    public Guid Workspace { get; private set; }

    public Guid File { get; private set; }

    public TestUser Eve => _eve;

    private string Canary { get; } = $"canary{Guid.NewGuid():N}";

    public static async Task<FaultWorld> StartAsync(FaultCluster cluster, History history, int seed, int outageSeconds)
    {
        TestUser[] users = [await cluster.GuestAsync("Ada"), await cluster.GuestAsync("Bob"), await cluster.GuestAsync("Cyd")];
        var world = new FaultWorld(cluster, history, users, await cluster.GuestAsync("Eve"), seed) { OutageSeconds = outageSeconds };
        (world.Session, world.Workspace, _) = await world.Owner.SessionWithFileAsync($"{world.Canary}\n");
        foreach (var user in users.Skip(1)) await world.Owner.ShareAsync(world.Session, user);
        world._watcher = new Watcher(await cluster.RegisterAsync("ops"), cluster.Address);
        foreach (var user in users) world._residents.Add(new Resident(user, cluster.Address, world.Session));
        var (_, _, own) = await world._eve.SessionWithFileAsync("eve\n");
        await world.AddAsync(Stranger, "hub-msgpack", world._eve, own, cluster.Address, world.Canary);
        await world.NewFileAsync();
        return world;
    }

    /// <summary>Everyone goes on in a new file, so that rounds without end do not make a text without end.</summary>
    public async Task NewFileAsync()
    {
        foreach (var client in _editors) await Rig.SendAsync("remove", new { client });
        _editors.Clear();
        _isSameFile = false;
        File = await FileAsync($"{Canary}\n");
        for (var i = 0; i < Kinds.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{Kinds[i]}#{_files}");
            await AddAsync(name, Kinds[i], _users[i % _users.Length], File, Cluster.Address, null);
            _editors.Add(name);
        }
        _files++;
        foreach (var client in _editors) await Rig.SendAsync("settled", new { client });
    }

    /// <summary>A new file in the workspace.</summary>
    public async Task<Guid> FileAsync(string content)
    {
        using var made = await Owner.Http.PostAsync(new Uri($"api/workspaces/{Workspace}/files", UriKind.Relative), Json(new { path = $"{Guid.NewGuid():N}.js", content }));
        return (await made.OkAsync(System.Net.HttpStatusCode.Created)).GetProperty("fileId").GetGuid();
    }

    /// <summary>Another editor, connected.</summary>
    public async Task AddAsync(string client, string kind, TestUser user, Guid file, Uri through, string? canary = null)
    {
        await Rig.SendAsync("add", new { client, kind, token = user.AccessToken, fileId = file.ToString(), @base = through.ToString(), canary });
        await Rig.SendAsync("connect", new { client });
        await Rig.SendAsync("settled", new { client });
    }

    /// <summary>An editor in the common file, until the round is over; what it typed counts.</summary>
    public async Task<string> JoinAsync(string kind, TestUser user, Uri through)
    {
        var name = $"{kind}@{Guid.NewGuid():N}";
        await AddAsync(name, kind, user, File, through);
        _guests.Add(name);
        return name;
    }

    /// <summary>An editor that joined goes.</summary>
    public async Task LeaveAsync(string client)
    {
        Evidence.Add((await Rig.SendAsync("history", new { })).GetProperty("events"));
        await Rig.SendAsync("remove", new { client });
        _guests.Remove(client);
    }

    public Task TypeAsync(params string[] clients) => Rig.SendAsync("start", new { clients = clients.Length == 0 ? [.. _editors] : clients, rate = EditsPerSecond });

    public Task StopTypingAsync() => Rig.SendAsync("stop", new { });

    /// <summary>The fault was done; it is in the history.</summary>
    public void Fire(string fault, object? details = null) => History.Fire(fault, details);

    /// <summary>Milliseconds on the clock of the rig.</summary>
    public static double Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>One edit, from typing until everyone has it; within the limit, or C14 is broken.</summary>
    public async Task<TimeSpan> ProbeAsync(TimeSpan limit, string what)
    {
        var probe = await Rig.SendAsync("probe", new { client = _editors[Random.Next(_editors.Count)], clients = _editors, timeoutMs = 45_000 });
        var took = TimeSpan.FromMilliseconds(Math.Max(probe.GetProperty("savedMs").GetDouble(), probe.GetProperty("seenMs").GetDouble()));
        Evidence.Times.Add((what, took, limit));
        return took;
    }

    /// <summary>A client of a person for one node alone.</summary>
    public static HttpClient At(FaultNode node, TestUser user)
    {
        var http = new HttpClient { BaseAddress = node.Direct, Timeout = TimeSpan.FromSeconds(25) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user.AccessToken);
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await Rig.DisposeAsync();
        foreach (var resident in _residents) await resident.DisposeAsync();
        await _watcher.DisposeAsync();
    }

    public static StringContent Json(object body) => new(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
}
