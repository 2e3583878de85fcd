using System.Diagnostics.Metrics;

namespace CollabHub.Hubs.Telemetry;

/// <summary>What becomes of REST requests before their routes see them.</summary>
public sealed class RequestMeter : IDisposable
{
    /// <summary>The name under which collectors find the instruments.</summary>
    public const string Name = "CollabHub.Requests";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _refused;

    /// <summary>Creates the instruments.</summary>
    public RequestMeter() => _refused = _meter.CreateCounter<long>("collabhub.requests.refused", "{request}", "Requests refused with 429 by a bound on their rate.");

    /// <summary>One request was over a bound.</summary>
    /// <param name="limit">Which one: <c>requests</c>, or the name of an <see cref="Http.AddressLimit"/>.</param>
    public void Refused(string limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
