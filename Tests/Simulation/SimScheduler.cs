using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Simulation;

/// <summary>
/// One thread, one clock that moves only when told, one source of chance: whatever is ready to run is run in an order that the seed
/// chooses. The code under test brings no thread of its own, so a seed is a whole history.
/// </summary>
internal sealed class SimScheduler : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Work, object? State)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private volatile string? _foreign;

    public SimScheduler(int seed)
    {
        Random = new Random(seed);
        Ids = new SeededIds(Random);
    }

    public Random Random { get; }
    public SeededIds Ids { get; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId == _thread) _ready.Add((d, state));
        else _foreign ??= Environment.StackTrace;
    }

    /// <summary>Runs until nothing is ready.</summary>
    public void Drain()
    {
        while (_ready.Count > 0)
        {
            var next = Random.Next(_ready.Count);
            var (work, state) = _ready[next];
            _ready[next] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            work(state);
            Assert.True(_foreign is null, $"Something ran on a thread of its own: the seed would not replay.\n{_foreign}");
        }
    }

    /// <summary>Lets time pass in steps, running whatever becomes ready.</summary>
    public void Pass(TimeSpan time)
    {
        for (var end = Time.GetUtcNow() + time; Time.GetUtcNow() < end;)
        {
            Drain();
            Time.Advance(TimeSpan.FromMilliseconds(Math.Min(20, (end - Time.GetUtcNow()).TotalMilliseconds)));
        }
        Drain();
    }

    /// <summary>A wait in simulated time.</summary>
    public Task After(int mostMilliseconds) => Task.Delay(TimeSpan.FromMilliseconds(Random.Next(mostMilliseconds + 1)), Time);

    internal sealed class SeededIds(Random random) : Domain.IIdSource
    {
        public Guid Next()
        {
            Span<byte> bytes = stackalloc byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        }
    }
}
