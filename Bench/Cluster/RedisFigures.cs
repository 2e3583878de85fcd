using System.Globalization;
using System.Text.RegularExpressions;
using CollabHub.Tests.Specifications.Redis;

namespace CollabHub.Bench.Cluster;

/// <summary>What went through a Redis since it was started.</summary>
internal readonly partial record struct RedisFigures(long Publishes, long BytesIn, long BytesOut)
{
    public static RedisFigures Of(RedisServer redis)
    {
        var (stats, commands) = (redis.Command("INFO", "stats"), redis.Command("INFO", "commandstats"));
        return new RedisFigures(Find(Publish(), commands), Find(NetworkIn(), stats), Find(NetworkOut(), stats));
    }

    public static RedisFigures operator -(RedisFigures later, RedisFigures earlier) =>
        new(later.Publishes - earlier.Publishes, later.BytesIn - earlier.BytesIn, later.BytesOut - earlier.BytesOut);

    /// <summary>The figures for each of so many edits.</summary>
    public string Per(long edits) => Publishes == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Publishes / (double)edits:F2}, {BytesIn / (double)edits:F0}, {BytesOut / (double)edits:F0}");

    private static long Find(Regex figure, string text) =>
        figure.Match(text) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("cmdstat_publish:calls=([0-9]+)")]
    private static partial Regex Publish();

    [GeneratedRegex("total_net_input_bytes:([0-9]+)")]
    private static partial Regex NetworkIn();

    [GeneratedRegex("total_net_output_bytes:([0-9]+)")]
    private static partial Regex NetworkOut();
}
