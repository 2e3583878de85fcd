namespace CollabHub.Hubs.Options;

/// <summary>A whole number with bounds; both ends are allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundAttribute(long min, long max) : Attribute
{
    /// <summary>The smallest value that is accepted.</summary>
    public long Min { get; } = min;

    /// <summary>The largest value that is accepted.</summary>
    public long Max { get; } = max;
}
