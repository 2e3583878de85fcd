using System.Collections.Concurrent;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>The last part of a text that grows by lines.</summary>
public sealed class BoundedText(int max)
{
    // Guards the builder: a build writes while its output is kept.
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private bool _cut;

    /// <summary>Adds a line; the oldest ones go when there is no room.</summary>
    public void Add(string line)
    {
        lock (_gate)
        {
            _text.Append(line).Append('\n');
            if (_text.Length <= max) return;
            _cut = true;
            var whole = _text.ToString();
            var keep = whole.IndexOf('\n', whole.Length - (max / 2)) + 1;
            _text.Clear().Append(whole, keep, whole.Length - keep);
        }
    }

    /// <summary>What is kept, with a word about what is not.</summary>
    public override string ToString()
    {
        lock (_gate) return _cut ? "(earlier lines were dropped)\n" + _text : _text.ToString();
    }
}

/// <summary>Build output as it comes, for those who watch on this node; and what apps wrote, kept when their containers go.</summary>
public sealed class OutputKeeper(IDeploymentLedger ledger, IContainerRuntime engine, TimeProvider time)
{
    /// <summary>UTF-16 units that are kept of each, build and app.</summary>
    public const int MaxKept = 256 * 1024;

    private const int MaxLines = 5_000;
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DeploymentId, BoundedText> _builds = [];

    /// <summary>The output of a build that runs on this node; null when none does.</summary>
    public string? BuildNow(DeploymentId id) => _builds.TryGetValue(id, out var text) ? text.ToString() : null;

    /// <summary>Runs a build, keeping its output every second and at its end.</summary>
    public async Task<T> WatchBuildAsync<T>(DeploymentId id, Func<Action<string>, Task<T>> build, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(build);
        var text = _builds[id] = new BoundedText(MaxKept);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var keeping = KeepAsync(id, text, done.Token);
        try
        {
            return await build(text.Add);
        }
        finally
        {
            await done.CancelAsync();
            await keeping;
            await ledger.KeepOutputAsync(id, text.ToString(), null, CancellationToken.None);
            _builds.TryRemove(id, out _);
        }
    }

    /// <summary>Keeps what the present container has written, after what earlier ones did; before it is removed.</summary>
    public async Task KeepAppAsync(DeploymentId id, CancellationToken ct)
    {
        var text = new BoundedText(MaxKept);
        var earlier = (await ledger.OutputAsync(id, ct)).App;
        foreach (var line in earlier.Split('\n', StringSplitOptions.RemoveEmptyEntries)) text.Add(line);
        var any = false;
        await foreach (var line in engine.LogsAsync(id, MaxLines, follow: false, ct))
        {
            any = true;
            text.Add(line.Text);
        }
        if (any) await ledger.KeepOutputAsync(id, null, text.ToString(), ct);
    }

    private async Task KeepAsync(DeploymentId id, BoundedText text, CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(KeepEvery, time);
            while (await timer.WaitForNextTickAsync(ct)) await ledger.KeepOutputAsync(id, text.ToString(), null, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The build has ended; what is left is kept by it.
        }
    }
}
