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

/// <summary>A configuration section that this version does not understand yet; a key under it stops the start.</summary>
/// <param name="Section">Such as <c>Deploy</c>.</param>
/// <param name="Reason">What is missing, as the end of a sentence about the key.</param>
public sealed record UnsupportedSection(string Section, string Reason);
