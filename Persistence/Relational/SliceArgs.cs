using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>Where a stretch of a list begins, as two values to compare with: a list without a beginning starts beyond all rows.</summary>
internal static class SliceArgs
{
    private static readonly Guid MaxId = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    /// <summary>For lists with the oldest first.</summary>
    public static SortKey Ascending(this Slice slice) => slice.After ?? new SortKey(DateTimeOffset.MinValue, Guid.Empty);

    /// <summary>For lists with the newest first.</summary>
    public static SortKey Descending(this Slice slice) => slice.After ?? new SortKey(DateTimeOffset.MaxValue, MaxId);
}
