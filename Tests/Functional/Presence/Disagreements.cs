using System.Diagnostics;

namespace CollabHub.Tests.Functional.Presence;

/// <summary>For how long each view was wrong about each person, and what had happened to that person before.</summary>
internal sealed class Disagreements
{
    private readonly Dictionary<(string View, Guid User), long> _since = [];

    /// <summary>Every time that a view was wrong: of which kind, and how long (ms).</summary>
    public List<(string Kind, double Ms)> All { get; } = [];

    /// <summary>Compares one view with the truth.</summary>
    public void Compare(string view, IReadOnlyDictionary<Guid, int> seen, IEnumerable<(Guid User, int Tabs, string Last)> truth)
    {
        foreach (var (user, tabs, last) in truth)
        {
            var isRight = seen.GetValueOrDefault(user) == tabs && seen.ContainsKey(user) == tabs > 0;
            if (!isRight) _since.TryAdd((view, user), Stopwatch.GetTimestamp());
            else if (_since.Remove((view, user), out var since)) All.Add((last, Stopwatch.GetElapsedTime(since).TotalMilliseconds));
        }
    }

    /// <summary>Whether every view is right about a person.</summary>
    public bool IsSettled(Guid user) => !_since.Keys.Any(key => key.User == user);

    /// <summary>The longest time that any view has been wrong, those included that still are.</summary>
    public double WorstMs => All.Select(one => one.Ms).Concat(_since.Values.Select(since => Stopwatch.GetElapsedTime(since).TotalMilliseconds)).DefaultIfEmpty().Max();
}
