using System.Diagnostics;
using System.Globalization;
using CollabHub.Bench.Engine;
using CollabHub.Bench.Live;

namespace CollabHub.Bench.Store;

/// <summary>The real server, release build, in a process of its own on a Postgres; and people who call it.</summary>
internal sealed class StoreServer : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly int _port;

    private StoreServer(Process process, DirectoryInfo data, int port) => (_process, _data, _port) = (process, data, port);

    /// <summary>Starts it with the limits of callers out of the way; the tables are there when it answers.</summary>
    public static async Task<StoreServer> StartAsync(string postgres)
    {
        var port = LiveServer.FreePort();
        var data = Directory.CreateTempSubdirectory("collabhub-bench-");
        var host = Path.Combine(Peer.Repository(), "artifacts", "bin", "CollabHub.Hubs", "release");
        var process = await LiveServer.StartAsync(
            "dotnet", host, port, "CollabHub.Hubs.dll", "--urls", $"http://127.0.0.1:{port}", "--Data:Directory", data.FullName,
            "--ConnectionStrings:Postgres", postgres, "--Logging:LogLevel:Default", "Warning",
            "--Limits:RestPerUserPerSecond", "100000", "--Limits:RestPerUserBurst", "100000", "--Limits:AuditRunsPerUserAndMinute", "1000000");
        return new StoreServer(process, data, port);
    }

    /// <summary>A new account, and a client that calls as it.</summary>
    public async Task<(Guid Id, HttpClient Http)> RegisterAsync(string name)
    {
        var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/")) };
        var signedIn = await Rest.PostAsync(http, "api/auth/register", new { email = $"{name}@example.org", username = name, password = "correct horse battery staple" });
        http.DefaultRequestHeaders.Authorization = new("Bearer", signedIn.GetProperty("accessToken").GetString());
        return (signedIn.GetProperty("user").GetProperty("userId").GetGuid(), http);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
