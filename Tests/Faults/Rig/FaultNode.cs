using System.Globalization;
using System.Net;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>One real node: a process of its own, with a proxy before it and one before each of its stores.</summary>
internal sealed class FaultNode : IAsyncDisposable
{
    private readonly int _port = Ports.Free();
    private readonly string _directory;
    private readonly IReadOnlyList<(string Key, string Value)> _settings;
    private GuardedProcess? _process;

    public FaultNode(string directory, string name, EndPoint? postgres, EndPoint? redis, Func<FaultNode, IEnumerable<(string, string)>> settings)
    {
        _directory = directory;
        Name = name;
        Front = new FaultProxy(new IPEndPoint(IPAddress.Loopback, _port));
        Postgres = postgres is null ? null : new FaultProxy(postgres);
        Redis = redis is null ? null : new FaultProxy(redis);
        _settings = [.. settings(this)];
    }

    public string Name { get; }

    /// <summary>What balancers and clients reach.</summary>
    public FaultProxy Front { get; }

    public FaultProxy? Postgres { get; }

    public FaultProxy? Redis { get; }

    /// <summary>Past its proxy, for looking at it.</summary>
    public Uri Direct => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    /// <summary>Through its proxy.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Front.Port}/"));

    public int Id => _process!.Id;

    public bool IsUp => _process is { HasExited: false };

    public string Log => Path.Combine(_directory, $"{Name}.log");

    /// <summary>Starts it; complete when it is ready.</summary>
    public async Task StartAsync()
    {
        string[] command =
        [
            .. NodeRig.ServerCommand, "--urls", Direct.ToString().TrimEnd('/'), "--Node:Name", Name, "--Data:Directory", Path.Combine(_directory, Name),
            .. _settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value }),
        ];
        _process = GuardedProcess.Start(Log, "KILL", command);
        await Pace.UntilAsync(TimeSpan.FromSeconds(90), () => $"{Name} is not ready: {Tail()}", async () =>
        {
            Assert.False(_process.HasExited, $"{Name} ended: {Tail()}");
            return await IsReadyAsync();
        });
    }

    public async Task<bool> IsReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Direct, Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri("healthz/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does; complete when it is gone.</summary>
    public async Task KillAsync()
    {
        _process!.Signal("KILL");
        await _process.ExitAsync(Eventually.Patience);
        await ForgetAsync();
    }

    /// <summary>Kills it, whoever else waits for its end.</summary>
    public void KillNow() => _process?.Signal("KILL");

    /// <summary>Asks it to stop; answers its exit code and how long it took.</summary>
    public async Task<(int Code, TimeSpan Took)> StopAsync()
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        _process!.Signal("TERM");
        var code = await _process.ExitAsync(TimeSpan.FromSeconds(60));
        await ForgetAsync();
        return (code, System.Diagnostics.Stopwatch.GetElapsedTime(began));
    }

    /// <summary>It stands still, as in a long collection or on a frozen machine.</summary>
    public void Pause() => _process!.Signal("STOP");

    public void Continue() => _process!.Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) Continue();
        await ForgetAsync();
        await Front.DisposeAsync();
        if (Postgres is { } postgres) await postgres.DisposeAsync();
        if (Redis is { } redis) await redis.DisposeAsync();
    }

    private async Task ForgetAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _process = null;
    }

    private string Tail() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(12)) : "";
}
