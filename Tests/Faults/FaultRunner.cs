using System.Globalization;
using CollabHub.Tests.Faults.Rig;

namespace CollabHub.Tests.Faults;

/// <summary>Does one fault as often as it is asked for, each time while people type, and judges every round with every checker.</summary>
internal sealed class FaultRunner(FaultCluster cluster, FaultCase fault, int seed, int outageSeconds, DirectoryInfo folder)
{
    private const int RoundsPerFile = 5;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1.5);

    // Above all limits of a round together, so that one which stands still ends with a word.
    private readonly TimeSpan _roundLimit = TimeSpan.FromSeconds(240 + outageSeconds);

    private readonly List<double> _away = [];
    private readonly List<double> _back = [];
    private readonly List<string> _broken = [];
    private int _acknowledged;
    private int _ghosts;

    public IReadOnlyList<string> Broken => _broken;

    /// <summary>All rounds; answers one line of figures.</summary>
    public async Task<string> RunAsync(int rounds)
    {
        var history = new History(Path.Combine(folder.FullName, $"{fault.Id}.jsonl"));
        File.Delete(history.Path);
        await using var world = await FaultWorld.StartAsync(cluster, history, seed, outageSeconds);
        var done = 0;
        for (; done < rounds && _broken.Count == 0; done++)
        {
            if (done > 0 && done % RoundsPerFile == 0) await world.NewFileAsync();
            await RoundAsync(world, done + 1);
        }
        if (history.Fired(fault.Id) < done) _broken.Add($"{fault.Id} did not fire each time");
        if (_broken.Count > 0) Keep();
        return Line(done, history.Fired(fault.Id));
    }

    private async Task RoundAsync(FaultWorld world, int round)
    {
        try
        {
            await JudgedAsync(world, round).WaitAsync(_roundLimit);
        }
        catch (Exception exception) when (exception is Xunit.Sdk.XunitException or TimeoutException || Lines.IsLost(exception))
        {
            _broken.Add($"round {round}: {exception.Message[..Math.Min(exception.Message.Length, 1000)]}");
        }
    }

    private async Task JudgedAsync(FaultWorld world, int round)
    {
        await world.BeginAsync();
        var saved = world.Evidence.Saved.Count;
        if (fault.WhileTyping) await world.TypeAsync();
        await Pace.LastAsync(Before);
        var from = FaultWorld.Now;
        if (await fault.Act(world) is { } took) _back.Add(took.TotalSeconds);
        var to = FaultWorld.Now;
        await world.StopTypingAsync();
        _ghosts += await world.LookAsync();
        if (fault.MustNotHoldUp) world.Evidence.Latencies = Latencies(world, from, to);
        _acknowledged += world.Evidence.Saved.Count - saved;
        var away = world.Evidence.Absences.Where(absence => world.Editors.Contains(absence.Client) && absence.To is not null).Select(absence => (absence.To!.Value - absence.From) / 1000).ToList();
        _away.AddRange(away);
        if (fault.AwayLimit is { } limit && away.Count > 0) world.Evidence.Times.Add(("somebody's return", TimeSpan.FromSeconds(away.Max()), limit));
        if (fault.WhileTyping && world.Evidence.Saved.Count == saved) _broken.Add($"round {round}: nothing was ever called saved");
        _broken.AddRange(world.Evidence.Judge().Take(10).Select(one => $"round {round}: {one}"));
        world.History.Add("round", $"{round}", new { typed = world.Evidence.Typed.Count, saved = world.Evidence.Saved.Count, absences = world.Evidence.Absences.Select(absence => $"{absence.Client} {(absence.To - absence.From) / 1000:F2} s from {Clock(absence.From)}"), times = world.Evidence.Times.Select(time => $"{time.What} {time.Took.TotalSeconds:F2} s") });
    }

    private static (double[] Before, double[] During) Latencies(FaultWorld world, double from, double to)
    {
        var healthy = world.Editors.Where(client => world.Evidence.Absences.TrueForAll(absence => absence.Client != client)).ToHashSet();
        var all = world.Evidence.Seen
            .Where(seen => healthy.Contains(seen.Client) && world.Evidence.Typed.TryGetValue(seen.Token, out var by) && healthy.Contains(by.Client) && by.At > 0)
            .Select(seen => (Typed: world.Evidence.Typed[seen.Token].At, Took: seen.At - world.Evidence.Typed[seen.Token].At)).ToList();
        return ([.. all.Where(one => one.Typed < from).Select(one => one.Took)], [.. all.Where(one => one.Typed >= from && one.Typed <= to).Select(one => one.Took)]);
    }

    private string Line(int rounds, int fired) => string.Create(CultureInfo.InvariantCulture,
        $"{fault.Id} x{rounds,-3} fired {fired,3}  acknowledged {_acknowledged,6:N0}  lost {Count("C2"),2}  doubled {Count("C3"),2}  ghosts {_ghosts,2}  "
        + $"away p50 {Figure(_away, 0.5)} max {Figure(_away, 1)}  resumed p50 {Figure(_back, 0.5)} max {Figure(_back, 1)}  broken {_broken.Count,2}  {fault.What}");

    private static string Clock(double at) => DateTimeOffset.FromUnixTimeMilliseconds((long)at).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private int Count(string checker) => _broken.Count(one => one.Contains($" {checker} ", StringComparison.Ordinal));

    private static string Figure(List<double> seconds, double part) =>
        seconds.Count == 0 ? "    -  " : string.Create(CultureInfo.InvariantCulture, $"{Checkers.Percentile(seconds, part),5:F2} s");

    private void Keep()
    {
        foreach (var node in cluster.Nodes.Where(node => File.Exists(node.Log))) File.Copy(node.Log, Path.Combine(folder.FullName, $"{fault.Id}-{node.Name}.log"), overwrite: true);
    }
}
