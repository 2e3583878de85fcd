using System.Diagnostics;
using System.Globalization;

namespace CollabHub.Bench.Live;

/// <summary><c>./bench live</c>: many people in one file, ours beside the peers, one after another on the same machine.</summary>
/// <remarks>
/// <c>--hostile</c> is <see cref="HostileBench"/>. Options: <c>--people N</c>, <c>--typists N</c>, <c>--edits HZ</c> and <c>--cursors HZ</c> of each, <c>--seconds N</c>, <c>--alone</c> no peers, <c>--only NAME,NAME</c> of <c>/yjs</c>, <c>/hocuspocus</c>, <c>hocuspocus</c>, <c>y-websocket</c>.
/// The load comes from this process; what is compared is the server's processor time and the age of a typed mark when it arrives.
/// </remarks>
internal static class LiveBench
{
    // The runtime compiles hot methods anew while they get warm; that is no cost of a server that runs for days.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private sealed record Load(int People, int Typists, double EditHz, double CursorHz, TimeSpan Length);

    private sealed record Row(string Server, bool WithCursors, double P50, double P99, long Delivered, long Expected, long Cursors, long Frames, double CpuShare, double CpuMicros, double Memory);

    public static async Task RunAsync(string[] args)
    {
        if (args.Contains("--hostile"))
        {
            await HostileBench.RunAsync(args);
            return;
        }
        var load = new Load(
            (int)Number(args, "--people", 200), (int)Number(args, "--typists", 20), Number(args, "--edits", 5), Number(args, "--cursors", 5),
            TimeSpan.FromSeconds(Number(args, "--seconds", 20)));
        List<(string Name, Func<Task<LiveServer>> Start)> servers =
        [
            ("/yjs", () => CollabHubServer.StartAsync(hocuspocus: false)),
            ("/hocuspocus", () => CollabHubServer.StartAsync(hocuspocus: true)),
            ("hocuspocus", () => NodeServer.StartAsync("hocuspocus")),
            ("y-websocket", () => NodeServer.StartAsync("y-websocket")),
        ];
        if (args.Contains("--alone")) servers.RemoveAll(static server => !server.Name.StartsWith('/'));
        if (Text(args, "--only") is { } only) servers.RemoveAll(server => !only.Split(',').Contains(server.Name));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.People} people in one file, {load.Typists} typing {load.EditHz}/s, cursors of all at {load.CursorHz} Hz, {load.Length.TotalSeconds} s each; {Environment.ProcessorCount} cores"));
        Console.WriteLine("| server | cursors | text p50 ms | text p99 ms | marks delivered | cursor states/s | frames/s | CPU % of a core | CPU us per delivery | MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var server in servers)
        {
            foreach (var cursors in new[] { false, true }) Print(await MeasureAsync(server.Start, load, cursors), load);
        }
    }

    private static async Task<Row> MeasureAsync(Func<Task<LiveServer>> start, Load load, bool withCursors)
    {
        using var server = await start();
        using var end = new CancellationTokenSource();
        var people = new List<LivePerson>();
        var entrances = await server.AdmitAsync(load.People);
        for (var i = 0; i < load.People; i++)
        {
            var person = new LivePerson(i, entrances[i].Wire);
            await person.JoinAsync(entrances[i].Address, entrances[i].Token, end.Token);
            people.Add(person);
        }
        var typed = 0L;
        var counting = false;
        var work = people.Take(load.Typists).Select(person => EveryAsync(
            load.EditHz,
            async () =>
            {
                if (Volatile.Read(ref counting)) Interlocked.Increment(ref typed);
                await person.TypeAsync(end.Token);
            },
            end.Token)).ToList();
        if (withCursors) work.AddRange(people.Select(person => EveryAsync(load.CursorHz, () => person.MoveAsync(end.Token), end.Token)));
        await Task.Delay(WarmUp);
        var (cpu, clock) = (server.Cpu, Stopwatch.StartNew());
        Volatile.Write(ref counting, true);
        foreach (var person in people) person.Counting = true;
        await Task.Delay(load.Length);
        Volatile.Write(ref counting, false);
        foreach (var person in people) person.Counting = false;
        var (used, elapsed, memory) = (server.Cpu - cpu, clock.Elapsed, server.Memory);
        await end.CancelAsync();
        await ((Task)Task.WhenAll(work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var failed in work.Where(task => task.IsFaulted)) Console.Error.WriteLine(failed.Exception!.InnerException!.Message);
        foreach (var person in people) await person.DisposeAsync();
        return RowOf(server.Name, withCursors, people, typed, used, elapsed, memory, load);
    }

    private static Row RowOf(
        string server, bool withCursors, List<LivePerson> people, long typed, TimeSpan used, TimeSpan elapsed, double memory, Load load)
    {
        var ages = people.SelectMany(person => person.Ages).Order().ToList();
        var cursors = people.Sum(person => person.Cursors);
        double Ms(double share) => ages.Count == 0 ? double.NaN : ages[(int)((ages.Count - 1) * share)] * 1000.0 / Stopwatch.Frequency;
        return new Row(
            server, withCursors, Ms(0.5), Ms(0.99), ages.Count, typed * (load.People - 1), cursors, people.Sum(person => person.Frames),
            used / elapsed, used.TotalMicroseconds / Math.Max(1, ages.Count + cursors), memory);
    }

    private static void Print(Row row, Load load) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Server} | {(row.WithCursors ? "yes" : "no")} | {row.P50:F2} | {row.P99:F2} | {row.Delivered:N0} of {row.Expected:N0} | {row.Cursors / load.Length.TotalSeconds:N0} | {row.Frames / load.Length.TotalSeconds:N0} | {row.CpuShare * 100:F0} | {row.CpuMicros:F1} | {row.Memory:F0} |"));

    /// <summary>Runs something at a rate, from a random moment on.</summary>
    internal static async Task EveryAsync(double hz, Func<Task> act, CancellationToken ct)
    {
        var period = TimeSpan.FromSeconds(1 / hz);
        await Task.Delay(period * Random.Shared.NextDouble(), ct);
        using var timer = new PeriodicTimer(period);
        do await act();
        while (await timer.WaitForNextTickAsync(ct));
    }

    internal static double Number(string[] args, string name, double otherwise) =>
        Text(args, name) is { } number ? double.Parse(number, CultureInfo.InvariantCulture) : otherwise;

    internal static string? Text(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
