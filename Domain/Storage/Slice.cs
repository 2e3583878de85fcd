using System.Globalization;

namespace CollabHub.Domain.Storage;

/// <summary>The place of a row in a list that is ordered by time, then id.</summary>
public readonly record struct SortKey(DateTimeOffset At, Guid Id)
{
    /// <summary>Ticks and id, as cursors carry them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks} {Id:D}");

    /// <summary>Reads what <see cref="ToString"/> wrote; throws on anything else, since cursors are sealed by the server.</summary>
    public static SortKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ');
        return new SortKey(new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.ParseExact(parts[1], "D"));
    }
}

/// <summary>A stretch of a list.</summary>
/// <param name="Take">Rows, at most.</param>
/// <param name="After">The row right before the stretch, or null to begin at the start.</param>
public sealed record Slice(int Take, SortKey? After = null);
