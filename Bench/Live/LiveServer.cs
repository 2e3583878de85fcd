using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CollabHub.Bench.Engine;

namespace CollabHub.Bench.Live;

/// <summary>A server under load in a process of its own, and how to get into one file of it.</summary>
internal abstract class LiveServer(string name, Process process) : IDisposable
{
    public string Name => name;

    /// <summary>Lets so many people in.</summary>
    public abstract Task<IReadOnlyList<Entrance>> AdmitAsync(int people);

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Memory in use, MiB.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<Process> StartAsync(string file, string directory, int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(file) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data)) Console.Error.WriteLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return process;
            }
            catch (SocketException) when (tries < 300 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public virtual void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}

/// <summary>One person's way in.</summary>
internal sealed record Entrance(Uri Address, string Token, Wire Wire);

/// <summary>Ours, with the embedded default: every edit is committed to disk.</summary>
internal sealed class CollabHubServer : LiveServer
{
    private readonly int _port;
    private readonly DirectoryInfo _data;
    private readonly bool _hocuspocus;

    private CollabHubServer(string name, Process process, int port, DirectoryInfo data, bool hocuspocus) : base(name, process)
    {
        _port = port;
        _data = data;
        _hocuspocus = hocuspocus;
    }

    public static async Task<LiveServer> StartAsync(bool hocuspocus, params string[] settings)
    {
        var port = FreePort();
        var data = Directory.CreateTempSubdirectory("collabhub-bench-");
        var host = Path.Combine(Peer.Repository(), "artifacts", "bin", "CollabHub.Hubs", "release");
        var process = await StartAsync(
            "dotnet", host, port,
            ["CollabHub.Hubs.dll", "--urls", $"http://127.0.0.1:{port}", "--Data:Directory", data.FullName, "--Logging:LogLevel:Default", "Warning",
                "--Limits:ConnectionsPerFile", "1000", .. settings]);
        return new CollabHubServer(hocuspocus ? "CollabHub, /hocuspocus" : "CollabHub, /yjs", process, port, data, hocuspocus);
    }

    public override async Task<IReadOnlyList<Entrance>> AdmitAsync(int people)
    {
        var (file, secret) = await Admission.OpenAsync(_port);
        var entrances = new List<Entrance>();
        for (var i = 0; i < people; i++)
        {
            var token = await Admission.TakeAsync(_port, secret);
            entrances.Add(_hocuspocus
                ? new Entrance(new Uri($"ws://127.0.0.1:{_port}/hocuspocus"), token, Wire.Hocuspocus(file))
                : new Entrance(new Uri($"ws://127.0.0.1:{_port}/yjs/{file}?access_token={token}"), token, Wire.YWebsocket));
        }
        return entrances;
    }

    public override void Dispose()
    {
        base.Dispose();
        _data.Delete(recursive: true);
    }
}

/// <summary>A server of Bench/Peer in Node: in memory, without accounts, nothing is ever written to disk.</summary>
internal sealed class NodeServer(string name, Process process, Func<Entrance> entrance) : LiveServer(name, process)
{
    public static async Task<LiveServer> StartAsync(string peer)
    {
        var port = FreePort();
        var process = await StartAsync("node", Path.Combine(Peer.Repository(), "Bench", "Peer"), port, $"{peer}.mjs", $"{port}");
        return peer == "hocuspocus"
            ? new NodeServer("Hocuspocus 4.7, memory", process, () => new Entrance(new Uri($"ws://127.0.0.1:{port}/"), "any", Wire.Hocuspocus("bench")))
            : new NodeServer("y-websocket 1.5, memory", process, () => new Entrance(new Uri($"ws://127.0.0.1:{port}/bench"), "any", Wire.YWebsocket));
    }

    public override Task<IReadOnlyList<Entrance>> AdmitAsync(int people) =>
        Task.FromResult<IReadOnlyList<Entrance>>([.. Enumerable.Range(0, people).Select(_ => entrance())]);
}
