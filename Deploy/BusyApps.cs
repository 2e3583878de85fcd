using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>
/// Since when apps use nearly all the processor time that they may. What this process has seen only: another one that takes over counts anew.
/// </summary>
/// <param name="cores">Cores that one app may use.</param>
/// <param name="rules">What nearly all is.</param>
/// <param name="time">The clock.</param>
public sealed class BusyApps(double cores, DeploymentRules rules, TimeProvider time)
{
    private readonly ConcurrentDictionary<DeploymentId, Sample> _samples = [];

    private sealed record Sample(string Container, DateTimeOffset At, TimeSpan Used, DateTimeOffset? BusySince);

    /// <summary>Since when the app is busy without a pause; null while it is not.</summary>
    public DateTimeOffset? Since(DeploymentId id) => _samples.TryGetValue(id, out var sample) ? sample.BusySince : null;

    /// <summary>Takes a reading.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="container">The container that it is of; another one counts anew.</param>
    /// <param name="used">Processor time of the container since it began.</param>
    public void Note(DeploymentId id, string container, TimeSpan used)
    {
        var now = time.GetUtcNow();
        _samples.AddOrUpdate(
            id,
            static (_, read) => new Sample(read.Container, read.At, read.Used, null),
            (_, before, read) => before.Container != read.Container ? read : before.At == read.At ? before : read with { BusySince = IsBusy(before, read) ? before.BusySince ?? before.At : null },
            new Sample(container, now, used, null));
    }

    /// <summary>Forgets all others.</summary>
    public void Keep(IReadOnlySet<DeploymentId> live)
    {
        foreach (var id in _samples.Keys.Where(id => !live.Contains(id))) _samples.TryRemove(id, out _);
    }

    private bool IsBusy(Sample before, Sample read) => (read.Used - before.Used).TotalSeconds >= (read.At - before.At).TotalSeconds * cores * rules.BusyPercent / 100;
}
