using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using CollabHub.Domain.Errors;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Endpoints;

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextCursor">What <c>?cursor=</c> takes for the next page; null on the last.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// <c>?limit=</c> (1 to 200, default 50) and <c>?cursor=</c>. A handler of a <see cref="ApiGroup"/> takes it as an argument, asks its
/// store for <see cref="Take"/> rows after <see cref="After"/>, and answers with <see cref="ToPage"/>.
/// </summary>
public sealed class PageRequest
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private readonly IDataProtector _protector;

    private PageRequest(IDataProtector protector, int limit, string? after, CollabError? error) =>
        (_protector, Limit, After, Error) = (protector, limit, after, error);

    /// <summary>Rows on a page.</summary>
    public int Limit { get; }

    /// <summary>Rows to ask the store for: one more than the page, which tells whether another follows.</summary>
    public int Take => Limit + 1;

    /// <summary>The sort key of the last row of the page before, as given to <see cref="ToPage"/>; null on the first page.</summary>
    public string? After { get; }

    /// <summary>Why the request is not acceptable; the group answers it, handlers never see it.</summary>
    public CollabError? Error { get; }

    /// <summary>Reads the query; called by the framework.</summary>
    public static ValueTask<PageRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        // A cursor of one list must not be understood by another.
        var list = context.GetEndpoint()?.DisplayName ?? context.Request.Path;
        var protector = context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("cursor", list);
        return ValueTask.FromResult(Read(context.Request.Query, protector));
    }

    /// <summary>The page out of at most <see cref="Take"/> rows.</summary>
    /// <param name="rows">In the order of the list.</param>
    /// <param name="sortKey">What <see cref="After"/> will hold to continue behind a row.</param>
    /// <param name="toItem">What the caller sees of a row.</param>
    public PageOf<TItem> ToPage<TRow, TItem>(IReadOnlyList<TRow> rows, Func<TRow, string> sortKey, Func<TRow, TItem> toItem)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(sortKey);
        var next = rows.Count > Limit ? _protector.Protect(sortKey(rows[Limit - 1])) : null;
        return new PageOf<TItem>([.. rows.Take(Limit).Select(toItem)], next);
    }

    /// <summary>A page that the use case has cut itself.</summary>
    /// <param name="items">At most <see cref="Limit"/> of them.</param>
    /// <param name="next">What <see cref="After"/> will hold to continue; null on the last page.</param>
    public PageOf<TItem> ToCutPage<TItem>(IReadOnlyList<TItem> items, string? next) => new(items, next is null ? null : _protector.Protect(next));

    private static PageRequest Read(IQueryCollection query, IDataProtector protector)
    {
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var limits)
            && !(int.TryParse(limits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            return Refuse(protector, "limit", $"must be a whole number from 1 to {MaxLimit}");
        }
        if (!query.TryGetValue("cursor", out var cursor)) return new PageRequest(protector, limit, null, null);
        try
        {
            return new PageRequest(protector, limit, protector.Unprotect(cursor.ToString()), null);
        }
        catch (CryptographicException)
        {
            return Refuse(protector, "cursor", "is not a cursor of this list");
        }
    }

    private static PageRequest Refuse(IDataProtector protector, string field, string problem) =>
        new(protector, DefaultLimit, null, GeneralErrors.Invalid(field, problem));
}

/// <summary>Registers what paging needs.</summary>
public static class PagingRegistration
{
    /// <summary>Cursors are sealed with the server's own keys.</summary>
    public static void AddPaging(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDataProtection();
    }
}
