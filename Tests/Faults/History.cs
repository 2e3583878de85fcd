using System.Diagnostics;
using System.Text.Json;

namespace CollabHub.Tests.Faults;

/// <summary>What happened, one JSON line each: <c>{ t, mono, kind, what, … }</c>. A fault that is not in it did not fire.</summary>
internal sealed class History(string path)
{
    // Guards the file and _fired.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _fired = [];

    public string Path => path;

    /// <summary>A fault was done.</summary>
    public void Fire(string fault, object? details = null)
    {
        lock (_gate) _fired[fault] = _fired.GetValueOrDefault(fault) + 1;
        Add("fired", fault, details);
    }

    /// <summary>Something was measured or seen.</summary>
    public void Add(string kind, string what, object? details = null)
    {
        var line = JsonSerializer.Serialize(new { t = DateTimeOffset.UtcNow, mono = Stopwatch.GetTimestamp(), kind, what, details });
        lock (_gate) File.AppendAllText(path, line + "\n");
    }

    public int Fired(string fault)
    {
        lock (_gate) return _fired.GetValueOrDefault(fault);
    }

    public override string ToString() => File.Exists(path) ? File.ReadAllText(path) : "";
}
