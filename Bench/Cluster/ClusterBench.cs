using System.Diagnostics;
using System.Globalization;
using CollabHub.Bench.Live;

namespace CollabHub.Bench.Cluster;

/// <summary>
/// <c>./bench cluster</c>: the same people in one file on one, two and three nodes with one Postgres and one Redis: how old text is when it
/// arrives on the same node and on another one, what a delivery costs, what crosses Redis; and the same without Redis.
/// </summary>
/// <remarks>
/// Options: <c>--people N</c>, <c>--typists N</c>, <c>--edits HZ</c> of each, <c>--seconds N</c>, <c>--nodes N</c> at most. Load, nodes and stores share one
/// machine: compare processor time, not what could be served.
/// </remarks>
internal static class ClusterBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    // The line is known to be dead after that: until then a node waits for what was on its way.
    private static readonly TimeSpan UntilDead = TimeSpan.FromSeconds(6);

    private sealed record Load(int People, int Typists, double EditHz, TimeSpan Length);

    public static async Task RunAsync(string[] args)
    {
        var load = new Load(
            (int)LiveBench.Number(args, "--people", 100), (int)LiveBench.Number(args, "--typists", 20), LiveBench.Number(args, "--edits", 5), TimeSpan.FromSeconds(LiveBench.Number(args, "--seconds", 15)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.People} people in one file, {load.Typists} typing {load.EditHz}/s, {load.Length.TotalSeconds} s each; {Environment.ProcessorCount} cores"));
        Console.WriteLine("| nodes | edits | deliveries | same node p50, p99 ms | another node p50, p99 ms | CPU % of a core | CPU us per delivery | Redis: publishes, bytes in, bytes out per edit |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var most = (int)LiveBench.Number(args, "--nodes", 3);
        for (var nodes = 1; nodes <= most; nodes++) await MeasureAsync(nodes, load, withRedis: true);
        await MeasureAsync(Math.Min(2, most), load, withRedis: false);
    }

    private static async Task MeasureAsync(int nodes, Load load, bool withRedis)
    {
        await using var cluster = await ClusterServers.StartAsync(nodes);
        using var end = new CancellationTokenSource();
        var people = new List<LivePerson>();
        foreach (var (entrance, node) in await cluster.AdmitAsync(load.People))
        {
            var person = new LivePerson(people.Count, entrance.Wire, node);
            await person.JoinAsync(entrance.Address, entrance.Token, end.Token);
            people.Add(person);
        }
        var (typed, counting) = (0L, false);
        var work = people.Take(load.Typists).Select(person => LiveBench.EveryAsync(
            load.EditHz,
            async () =>
            {
                if (Volatile.Read(ref counting)) Interlocked.Increment(ref typed);
                await person.TypeAsync(end.Token);
            },
            end.Token)).ToList();
        await Task.Delay(WarmUp);
        if (!withRedis)
        {
            cluster.Redis.Kill();
            await Task.Delay(UntilDead);
        }
        var (cpu, redis, clock) = (cluster.Cpu, withRedis ? RedisFigures.Of(cluster.Redis) : default, Stopwatch.StartNew());
        Volatile.Write(ref counting, true);
        foreach (var person in people) person.Counting = true;
        await Task.Delay(load.Length);
        Volatile.Write(ref counting, false);
        foreach (var person in people) person.Counting = false;
        var (used, elapsed, crossed) = (cluster.Cpu - cpu, clock.Elapsed, withRedis ? RedisFigures.Of(cluster.Redis) - redis : default);
        await end.CancelAsync();
        await ((Task)Task.WhenAll(work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var failed in work.Where(task => task.IsFaulted)) Console.Error.WriteLine(failed.Exception!.InnerException!.Message);
        foreach (var person in people) await person.DisposeAsync();
        var delivered = people.Sum(person => person.Ages.Count + person.AgesFromElsewhere.Count);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {nodes}{(withRedis ? "" : ", no Redis")} | {typed:N0} | {delivered:N0} of {typed * load.People:N0} | {Ages(people.SelectMany(person => person.Ages))} | {Ages(people.SelectMany(person => person.AgesFromElsewhere))} | {used / elapsed * 100:F0} | {used.TotalMicroseconds / Math.Max(1, delivered):F1} | {crossed.Per(typed)} |"));
    }

    private static string Ages(IEnumerable<long> ticks)
    {
        var ages = ticks.Order().ToList();
        if (ages.Count == 0) return "-";
        double Ms(double share) => ages[(int)((ages.Count - 1) * share)] * 1000.0 / Stopwatch.Frequency;
        return string.Create(CultureInfo.InvariantCulture, $"{Ms(0.5):F1}, {Ms(0.99):F1} (most {Ms(1):F0})");
    }
}
