using System.Globalization;
using System.Text;

namespace CollabHub.Tests.Simulation;

/// <summary>
/// Histories out of seeds: the real rooms, presence and membership on one thread with a clock of their own, over a store and a line that
/// fail by chance. <c>COLLABHUB_SIM_SEEDS</c> says how many (500), <c>COLLABHUB_SIM_SEED</c> runs one again.
/// </summary>
public sealed class SimulationTests
{
    private const int DefaultSeeds = 500;

    [Fact]
    public void Whatever_breaks_nothing_saved_is_lost_and_everyone_ends_with_the_same()
    {
        var fired = new SortedDictionary<string, int>();
        RunAll(seed => new SimWorld(seed), Count);
        if (Number("COLLABHUB_SIM_SEED") is not null) return;
        // What never happened was not tested.
        foreach (var fault in new[] { "crash", "cut", "cut off", "dropped", "late", "repeated", "role", "store down", "refused commits", "doubtful commits", "saved" })
        {
            Assert.True(fired.GetValueOrDefault(fault) > 0, $"{fault} never fired");
        }

        void Count(SimWorld world)
        {
            foreach (var (what, times) in world.Fired) Add(what, times);
            Add("dropped", world.Bus.Fired.Dropped);
            Add("repeated", world.Bus.Fired.Repeated);
            Add("late", world.Bus.Fired.Late);
            Add("refused commits", world.Log.Refused);
            Add("doubtful commits", world.Log.Doubtful);
            Add("saved", world.SavedCount);
        }

        void Add(string what, int times) => fired[what] = fired.GetValueOrDefault(what) + times;
    }

    [Fact]
    public void On_one_node_what_is_saved_hangs_on_nothing_that_a_crash_can_take() =>
        RunAll(seed => new SimWorld(seed, isAlone: true), static _ => { });

    [Fact]
    public void A_seed_is_a_whole_history()
    {
        var (first, second) = (new SimWorld(42), new SimWorld(42));
        Assert.Equal(Run(first), Run(second));
        Assert.Equal(first.Bus.Fired, second.Bus.Fired);
        Assert.Equal(first.SavedCount, second.SavedCount);
    }

    [Fact]
    public void A_node_that_does_not_read_the_log_for_what_the_bus_dropped_is_caught()
    {
        var caught = 0;
        for (var seed = 1; seed <= 20 && caught == 0; seed++)
        {
            try
            {
                var world = new SimWorld(seed);
                world.Log.IsPullBroken = true;
                Run(world);
            }
            catch (Xunit.Sdk.XunitException)
            {
                caught++;
            }
        }
        Assert.Equal(1, caught);
    }

    [Fact]
    public void A_store_that_forgets_what_it_committed_is_caught()
    {
        var caught = 0;
        for (var seed = 1; seed <= 20 && caught == 0; seed++)
        {
            try
            {
                var world = new SimWorld(seed);
                world.Log.ForgetsEvery = 10;
                Run(world);
            }
            catch (Xunit.Sdk.XunitException)
            {
                caught++;
            }
        }
        Assert.Equal(1, caught);
    }

    /// <summary>Runs every seed; fails with what did not hold, and with the whole history when one seed was asked for.</summary>
    private static void RunAll(Func<int, SimWorld> make, Action<SimWorld> ended)
    {
        var failed = new StringBuilder();
        foreach (var seed in Seeds())
        {
            var world = make(seed);
            try
            {
                Run(world);
                ended(world);
            }
            catch (Exception exception)
            {
                failed.AppendLine(CultureInfo.InvariantCulture, $"COLLABHUB_SIM_SEED={seed}: {exception.Message}\n{exception.StackTrace}");
                if (Number("COLLABHUB_SIM_SEED") is not null) failed.Append(world.Script);
                if (failed.Length > 20_000) break;
            }
        }
        Assert.True(failed.Length == 0, failed.ToString());
    }

    private static IEnumerable<int> Seeds()
    {
        if (Number("COLLABHUB_SIM_SEED") is { } one) return [one];
        return Enumerable.Range(1, Number("COLLABHUB_SIM_SEEDS") ?? DefaultSeeds);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Run(SimWorld world)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(world.Sim);
        try
        {
            return world.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
