using CollabHub.Domain.Storage;
using CollabHub.Hubs.Auth;
using CollabHub.Domain.Access;

namespace CollabHub.Hubs.Endpoints;

/// <summary>From a request to what the use cases take.</summary>
internal static class Listing
{
    /// <summary>The stretch of a list that the page shows, and one row more.</summary>
    public static Slice Slice(this PageRequest page) => new(page.Take, page.After is { } after ? SortKey.Parse(after) : null);

    /// <summary>A page of a list that is ordered by time and id.</summary>
    public static PageOf<TItem> ToPage<TRow, TItem>(
        this PageRequest page, IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset> at, Func<TRow, Guid> id, Func<TRow, TItem> toItem) =>
        page.ToPage(rows, row => new SortKey(at(row), id(row)).ToString(), toItem);

    /// <summary>Who calls, and from where.</summary>
    public static Call Call(this HttpContext context) => new(context.Actor(), context.Origin());
}
