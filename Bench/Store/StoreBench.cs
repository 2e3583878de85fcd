using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CollabHub.Tests.Specifications.Postgres;

namespace CollabHub.Bench.Store;

/// <summary><c>./bench store</c>: every route that lists or filters, over HTTP, on the real server and a real Postgres with much in it.</summary>
/// <remarks>Option: <c>--requests N</c> for each route, one after another. Ends with 1 when a route is slower than its bound.</remarks>
internal static class StoreBench
{
    private const double BoundMs = 50;
    private const int WarmUps = 20;
    private const int SearchedFiles = 100;

    private sealed record Route(string Name, HttpClient Http, string Path);

    public static async Task<int> RunAsync(string[] args)
    {
        var requests = args is ["--requests", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 300;
        await using var postgres = new PostgresServer();
        var database = postgres.NewDatabase();
        var plans = new StorePlans(database);
        await plans.PrepareAsync();
        using var server = await StoreServer.StartAsync(database);
        var ada = await server.RegisterAsync("ada");
        var bob = await server.RegisterAsync("bob");
        var small = await SmallWorkspaceAsync(ada.Http);
        var filling = Stopwatch.StartNew();
        await StoreData.FillAsync(database);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"10,000 workspaces, 1,000,000 audit rows, filled in {filling.Elapsed.TotalSeconds:F0} s; {requests} requests each; {Environment.ProcessorCount} cores, load {Load()} before"));
        Console.WriteLine("| route | p50 ms | p99 ms | rows | read through |");
        Console.WriteLine("|---|---|---|---|---|");
        var late = 0;
        foreach (var route in await RoutesAsync(ada.Http, bob.Http, small))
        {
            var (p50, p99, rows) = await MeasureAsync(route, requests);
            var ways = await plans.OfAsync(() => GetAsync(route.Http, route.Path));
            if (p99 >= BoundMs) late++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {route.Name} | {p50:F1} | {p99:F1} | {rows} | {string.Join(", ", ways)} |"));
        }
        Console.WriteLine($"load {Load()} after; {late} routes at {BoundMs} ms or above");
        return late == 0 ? 0 : 1;
    }

    private static async Task<string> SmallWorkspaceAsync(HttpClient ada)
    {
        var workspace = (await Rest.PostAsync(ada, "api/workspaces", new { name = "Small" })).GetProperty("workspaceId").GetString()!;
        for (var i = 0; i < SearchedFiles; i++)
        {
            var content = string.Join('\n', Enumerable.Range(0, 60).Select(line => $"const value{line} = compute({i}, {line});")) + $"\n// place {i}\n";
            await Rest.PostAsync(ada, $"api/workspaces/{workspace}/files", new { path = $"src/file{i}.ts", content });
        }
        return workspace;
    }

    private static async Task<IReadOnlyList<Route>> RoutesAsync(HttpClient ada, HttpClient bob, string small)
    {
        var (large, session) = ($"api/workspaces/{StoreData.Large}", $"api/sessions/{StoreData.LargeSession}");
        var routes = new List<Route>();
        foreach (var (who, http) in new[] { ("of 5,000", ada), ("of 5", bob) })
        {
            routes.Add(new Route($"workspaces {who}", http, "api/workspaces"));
            routes.Add(new Route($"workspaces {who} ?q= common", http, "api/workspaces?q=parser"));
            routes.Add(new Route($"workspaces {who} ?q= in none", http, "api/workspaces?q=nowhere"));
            routes.Add(new Route($"workspaces {who} ?status=", http, "api/workspaces?status=archived"));
            routes.Add(new Route($"workspaces {who} ?tag= of 10", http, "api/workspaces?tag=rare"));
            routes.Add(new Route($"workspaces {who} ?tag= of 150", http, "api/workspaces?tag=tag7"));
            routes.Add(new Route($"sessions of workspaces {who}", http, "api/sessions"));
            routes.Add(new Route($"sessions of workspaces {who} ?status=", http, "api/sessions?status=idle"));
        }
        routes.Add(new Route("workspaces of 5,000, page 11", ada, await PageAsync(ada, "api/workspaces?limit=200", 10)));
        routes.Add(new Route("members of 2,000", ada, $"{large}/members"));
        routes.Add(new Route("members of 2,000, page 6", ada, await PageAsync(ada, $"{large}/members?limit=200", 5)));
        routes.Add(new Route("invitations into a workspace, 2,000", ada, $"{large}/invitations"));
        routes.Add(new Route("invitations into a session, 1,000", ada, $"{session}/invitations"));
        routes.Add(new Route("invitations to me, 900", ada, "api/invitations"));
        routes.Add(new Route("invitations to me ?status=pending", ada, "api/invitations?status=pending"));
        routes.Add(new Route("participants of 500", ada, $"{session}/participants"));
        routes.Add(new Route("devices", ada, "api/me/devices"));
        routes.Add(new Route("audit, 200,000 rows", ada, $"{large}/audit"));
        routes.Add(new Route("audit, page 11", ada, await PageAsync(ada, $"{large}/audit?limit=200", 10)));
        routes.Add(new Route("audit ?action= common", ada, $"{large}/audit?action=file.write"));
        routes.Add(new Route("audit ?action= of 40 rows", ada, $"{large}/audit?action=workspace.transfer"));
        routes.Add(new Route("audit ?action= in none", ada, $"{large}/audit?action=nothing"));
        routes.Add(new Route("audit ?userId=", ada, $"{large}/audit?userId={StoreData.Someone}"));
        routes.Add(new Route("audit ?userId=&action=", ada, $"{large}/audit?userId={StoreData.Someone}&action=file.create"));
        routes.Add(new Route("audit ?from=&to=", ada, $"{large}/audit?from=2026-02-01&to=2026-02-02"));
        routes.Add(new Route("audit, all filters", ada, $"{large}/audit?from=2026-01-10&to=2026-02-20&userId={StoreData.Someone}&action=file.create"));
        routes.Add(new Route("audit/verify of 101 rows", ada, $"api/workspaces/{small}/audit/verify"));
        routes.Add(new Route("files, 2,000", ada, $"{large}/files"));
        routes.Add(new Route("search in 100 files", ada, $"api/workspaces/{small}/search?q=place%2042"));
        return routes;
    }

    /// <summary>The address of a later page of a list.</summary>
    private static async Task<string> PageAsync(HttpClient http, string path, int pages)
    {
        var next = path;
        for (var i = 0; i < pages; i++)
        {
            using var page = JsonDocument.Parse(await GetAsync(http, next));
            next = $"{path}&cursor={page.RootElement.GetProperty("nextCursor").GetString()}";
        }
        return next;
    }

    private static async Task<(double P50, double P99, int Rows)> MeasureAsync(Route route, int requests)
    {
        for (var i = 0; i < WarmUps; i++) await GetAsync(route.Http, route.Path);
        var times = new List<double>();
        var answer = Array.Empty<byte>();
        for (var i = 0; i < requests; i++)
        {
            var started = Stopwatch.GetTimestamp();
            answer = await GetAsync(route.Http, route.Path);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        using var page = JsonDocument.Parse(answer);
        var rows = page.RootElement.TryGetProperty("items", out var items) ? items.GetArrayLength() : page.RootElement.GetProperty("rows").GetInt32();
        return (times[times.Count / 2], times[(int)((times.Count - 1) * 0.99)], rows);
    }

    private static async Task<byte[]> GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        var body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? body
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)response.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}"));
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
