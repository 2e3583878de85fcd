using CollabHub.Domain;

namespace CollabHub.Persistence.Redis;

/// <summary>Every channel and key name that CollabHub uses in Redis. Clusters that share a server do not meet: the name holds which one it is.</summary>
public sealed class RedisKeys(string cluster)
{
    /// <summary>What all names begin with; also the prefix of the hubs' backplane.</summary>
    public string Prefix { get; } = $"collabhub:{cluster}:";

    /// <summary>Where the nodes speak about themselves and the people on them.</summary>
    public string Cluster => Prefix + "cluster";

    /// <summary>Where the rooms of one file speak.</summary>
    public string File(FileId file) => $"{Prefix}file:{file.Value:N}";

    /// <summary>A counter of rate limits.</summary>
    public string Rate(string key) => Prefix + "rate:" + key;
}
