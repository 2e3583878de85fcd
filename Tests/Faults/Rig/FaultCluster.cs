using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Specifications.Postgres;
using CollabHub.Tests.Specifications.Redis;
using Npgsql;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>Real nodes behind a real nginx, on a Postgres and a Redis of their own, with proxies in between.</summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-faults-");
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly NpgsqlConnectionStringBuilder _database;
    private readonly List<FaultNode> _nodes = [];
    private GuardedProcess? _nginx;
    private int _port;

    private FaultCluster()
    {
        Postgres = new PostgresServer();
        _database = new NpgsqlConnectionStringBuilder(Postgres.NewDatabase());
    }

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; } = new();

    public IReadOnlyList<FaultNode> Nodes => _nodes;

    /// <summary>Past every proxy, for looking into the store.</summary>
    public string Database => _database.ConnectionString;

    /// <summary>The balancer.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    /// <summary>What was written to the nodes' logs so far.</summary>
    public string Logs => string.Concat(_nodes.Select(node => File.Exists(node.Log) ? File.ReadAllText(node.Log) : ""));

    public static async Task<FaultCluster> StartAsync(int nodes)
    {
        var cluster = new FaultCluster();
        for (var i = 1; i <= nodes; i++) cluster._nodes.Add(cluster.NewNode($"node-{i}"));
        // One after the other: the first one makes the schema.
        foreach (var node in cluster._nodes) await node.StartAsync();
        await cluster.StartBalancerAsync();
        return cluster;
    }

    /// <summary>A guest.</summary>
    public Task<TestUser> GuestAsync(string name) => SignInAsync("api/auth/guest", new { displayName = name });

    /// <summary>An account, which is an operator when it is called ops.</summary>
    public Task<TestUser> RegisterAsync(string name) =>
        SignInAsync("api/auth/register", new { email = $"{name}@example.org", username = name, password = TestUser.Password });

    /// <summary>A running node, by chance.</summary>
    public FaultNode Any(Random random) => _nodes[random.Next(_nodes.Count)];

    public async ValueTask DisposeAsync()
    {
        if (_nginx is { } nginx) await nginx.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<TestUser> SignInAsync(string path, object body)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var response = await http.PostAsJsonAsync(path, body);
        return TestUser.From(await response.OkAsync(HttpStatusCode.Created), Address);
    }

    private FaultNode NewNode(string name) => new(
        _directory.FullName, name, new UnixDomainSocketEndPoint(Path.Combine(_database.Host!, ".s.PGSQL.5432")), new IPEndPoint(IPAddress.Loopback, Redis.Port),
        node =>
        [
            ("ConnectionStrings:Postgres", string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={node.Postgres!.Port};Username={_database.Username};Database={_database.Database};SSL Mode=Disable;Maximum Pool Size=40")),
            ("ConnectionStrings:Redis", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Redis!.Port}")),
            ("Auth:SigningKey", _key), .. FaultSettings.All,
        ]);

    private async Task StartBalancerAsync()
    {
        _port = Ports.Free();
        var home = _directory.CreateSubdirectory("nginx");
        home.CreateSubdirectory("temp");
        home.CreateSubdirectory("run");
        File.Copy(Path.Combine(Repository.Root, "docs", "balancers", "nginx.conf"), Path.Combine(home.FullName, "nginx.conf"));
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "listen.conf"), string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{_port};\n"));
        await File.WriteAllLinesAsync(
            Path.Combine(home.FullName, "nodes.conf"),
            _nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1:{node.Front.Port} max_fails=0;")));
        _nginx = GuardedProcess.Start(
            Path.Combine(home.FullName, "log"), "TERM", Repository.Program("nginx"), "-p", home.FullName, "-c", Path.Combine(home.FullName, "nginx.conf"),
            "-g", $"daemon off; user {Environment.UserName};");
        using var http = new HttpClient { BaseAddress = Address };
        await Pace.UntilAsync(Eventually.Patience, () => "nginx: " + File.ReadAllText(Path.Combine(home.FullName, "log")), async () =>
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("healthz/ready", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }
}

/// <summary>Limits that are not what a fault is about are out of the way.</summary>
internal static class FaultSettings
{
    public static readonly IReadOnlyList<(string Key, string Value)> All =
    [
        ("Auth:PasswordIterations", "10000"), ("Auth:AccessTokenMinutes", "60"), ("Ops:Admins:0", "ops@example.org"),
        ("Limits:RestPerUserPerSecond", "100000"), ("Limits:RestPerUserBurst", "100000"), ("Limits:RestAnonymousPerSecond", "100000"),
        ("Limits:RestAnonymousBurst", "100000"), ("Limits:GuestsPerAddress", "100000"), ("Limits:RegistrationsPerAddress", "100000"),
        ("Limits:ConnectionsPerUser", "1000"), ("Limits:MessagesPerUserPerSecond", "1000"), ("Limits:OpenFilesPerUser", "1000"),
        ("Limits:OpenSessionsPerUser", "10000"), ("Limits:InvitationsPerUserAndHour", "100000"), ("Limits:InvitationsPerWorkspaceAndDay", "100000"),
        ("Limits:OpenInvitationsPerUser", "100000"), ("Limits:WorkspacesPerUser", "10000"), ("Limits:ConnectionsPerFile", "1000"), ("Limits:BytesPerSecond", "67108864"),
    ];
}

/// <summary>Where things lie that tests start.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A program; Debian keeps servers where only root looks for them.</summary>
    public static string Program(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is needed: apt-get install {name}");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CollabHub.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
