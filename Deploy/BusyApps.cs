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
    // Below that, what an app is given in one period of the engine's quota and not in the next would look like a pause.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _between = rules.BusyTime / 4 < Longest ? rules.BusyTime / 4 : Longest;
    private readonly ConcurrentDictionary<DeploymentId, Sample> _samples = [];

    private sealed record Sample(string Container, DateTimeOffset At, TimeSpan Used, DateTimeOffset? BusySince);

    /// <summary>Since when the app is busy without a pause; null while it is not.</summary>
    public DateTimeOffset? Since(DeploymentId id) => _samples.TryGetValue(id, out var sample) ? sample.BusySince : null;

    /// <summary>Whether it is time for the next reading; never when no app ends for being busy.</summary>
    public bool IsDue(DeploymentId id) =>
        rules.BusyTime > TimeSpan.Zero && (!_samples.TryGetValue(id, out var last) || time.GetUtcNow() - last.At >= _between);

    /// <summary>Takes a reading; of one deployment one after the other.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="container">The container that it is of; another one counts anew.</param>
    /// <param name="used">Processor time of the container since it began.</param>
    public void Note(DeploymentId id, string container, TimeSpan used)
    {
        var read = new Sample(container, time.GetUtcNow(), used, null);
        if (_samples.TryGetValue(id, out var before) && before.Container == container && IsBusy(before, read)) read = read with { BusySince = before.BusySince ?? before.At };
        _samples[id] = read;
    }

    /// <summary>Forgets all others.</summary>
    public void Keep(IReadOnlySet<DeploymentId> live)
    {
        foreach (var id in _samples.Keys.Where(id => !live.Contains(id))) _samples.TryRemove(id, out _);
    }

    private bool IsBusy(Sample before, Sample read) => (read.Used - before.Used).TotalSeconds >= (read.At - before.At).TotalSeconds * cores * rules.BusyPercent / 100;
}
