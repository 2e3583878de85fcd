using System.Diagnostics;
using System.Globalization;

namespace CollabHub.Bench.Live;

/// <summary>
/// <c>./bench live --hostile</c>: people edit one file at a steady rate, and in turns nobody else is there, some connections read nothing, some
/// send as fast as they can. Phases take turns round by round, so that what else happens on the machine meets all of them alike; what counts is
/// the quotient of their p99 over all rounds: one round has so few marks that its p99 is the age of its unluckiest five.
/// <c>--only "60 KB"</c> leaves out the phases that are not called so.
/// </summary>
internal static class HostileBench
{
    private const int PasteLetters = 20_000;
    private const int TypingHz = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <param name="Name">As it is printed.</param>
    /// <param name="Begin">Lets the hostile ones in.</param>
    private sealed record Phase(string Name, Func<IReadOnlyList<Entrance>, CancellationToken, Task<List<Hostile>>> Begin)
    {
        public List<long> Ages { get; } = [];
        public List<double> P99 { get; } = [];
        public List<string> Ends { get; } = [];
        public double Memory { get; set; }
    }

    public static async Task RunAsync(string[] args)
    {
        var (people, rounds) = ((int)LiveBench.Number(args, "--people", 30), (int)LiveBench.Number(args, "--rounds", 7));
        var length = TimeSpan.FromSeconds(LiveBench.Number(args, "--seconds", 8));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{people} people in one file, each typing {TypingHz}/s, 4 of them pasting 20 KB 5/s; {rounds} rounds of {length.TotalSeconds} s a phase; {Environment.ProcessorCount} cores, load {Load()}"));
        using var server = await CollabHubServer.StartAsync(hocuspocus: false, "--Limits:ThrottledSeconds", "5");
        using var end = new CancellationTokenSource();
        var entrances = await server.AdmitAsync(people + 8);
        var healthy = new List<LivePerson>();
        for (var i = 0; i < people; i++)
        {
            var person = new LivePerson(i, entrances[i].Wire);
            await person.JoinAsync(entrances[i].Address, entrances[i].Token, end.Token);
            healthy.Add(person);
        }
        var work = healthy.Select(person => LiveBench.EveryAsync(TypingHz, () => person.TypeAsync(end.Token), end.Token)).ToList();
        work.AddRange(healthy.Take(4).Select(person => LiveBench.EveryAsync(5, () => person.PasteAsync(PasteLetters, end.Token), end.Token)));
        await Task.Delay(WarmUp);
        List<Phase> phases =
        [
            new("quiet", static (_, _) => Task.FromResult(new List<Hostile>())),
            new("4 slow readers", Hostile.SlowReadersAsync),
            new("a flood of 60 KB edits", Hostile.LargeEditsAsync),
            new("floods of small edits and cursors", Hostile.SmallMessagesAsync),
            new("nonsense", Hostile.NonsenseAsync),
            new("wrong passwords", Hostile.SignInsAsync),
        ];
        if (LiveBench.Text(args, "--only") is { } only) phases.RemoveAll(phase => phase.Name != "quiet" && !phase.Name.Contains(only, StringComparison.Ordinal));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var phase in phases) await MeasureAsync(phase, server, healthy, [.. entrances.Skip(people)], length);
        }
        await end.CancelAsync();
        await ((Task)Task.WhenAll(work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var failed in work.Where(task => task.IsFaulted)) Console.Error.WriteLine(failed.Exception!.InnerException!.Message);
        foreach (var person in healthy) await person.DisposeAsync();
        Print(phases, people);
    }

    private static async Task MeasureAsync(Phase phase, LiveServer server, List<LivePerson> healthy, IReadOnlyList<Entrance> strangers, TimeSpan length)
    {
        using var over = new CancellationTokenSource();
        var hostile = await phase.Begin(strangers, over.Token);
        await Task.Delay(Settle);
        foreach (var person in healthy) person.Counting = true;
        using (var look = new PeriodicTimer(TimeSpan.FromMilliseconds(250)))
        {
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < length; await look.WaitForNextTickAsync()) phase.Memory = Math.Max(phase.Memory, server.Memory);
        }
        foreach (var person in healthy) person.Counting = false;
        foreach (var one in hostile) phase.Ends.Add(await one.EndAsync());
        await over.CancelAsync();
        foreach (var one in hostile) await one.DisposeAsync();
        await Task.Delay(Settle);
        var ages = healthy.SelectMany(person => person.TakeAges()).Order().ToList();
        if (ages.Count == 0) throw new InvalidOperationException("Nothing was delivered.");
        phase.P99.Add(Ms(ages, 0.99));
        phase.Ages.AddRange(ages);
    }

    private static double Ms(List<long> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)] * 1000.0 / Stopwatch.Frequency;

    private static void Print(List<Phase> phases, int people)
    {
        foreach (var phase in phases) phase.Ages.Sort();
        Console.WriteLine("| beside | marks | text p50, p90, p99 ms | p99 against quiet | p99 of the rounds, ms | server MiB, highest | how they ended |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var phase in phases)
        {
            var ends = phase.Ends.GroupBy(end => end).Select(group => $"{group.Key} ({group.Count()})");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {phase.Name} | {phase.Ages.Count / (people - 1):N0} | {Ms(phase.Ages, 0.5):F2}, {Ms(phase.Ages, 0.9):F2}, {Ms(phase.Ages, 0.99):F2} | {Ms(phase.Ages, 0.99) / Ms(phases[0].Ages, 0.99):F2} | {string.Join(' ', phase.P99.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)))} | {phase.Memory:F0} | {string.Join(", ", ends)} |"));
        }
        Console.WriteLine($"load {Load()}");
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
