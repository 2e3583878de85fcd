namespace CollabHub.Domain.Cluster;

/// <summary>How nodes watch each other.</summary>
public sealed record ClusterOptions
{
    /// <summary>What operators call this node.</summary>
    public string Name { get; init; } = "local";

    /// <summary>Whether there are no other nodes.</summary>
    public bool IsAlone { get; init; }

    /// <summary>The time between two signs of life.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that was silent for this long, while the own voice came back, is gone with everyone on it.</summary>
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the silence is measured.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(250);
}
