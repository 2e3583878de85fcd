using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.History;

namespace CollabHub.Domain.Search;

/// <summary>Where a text was found.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">Its path.</param>
/// <param name="Key">The path without regard to case: the order of files.</param>
/// <param name="Line">1, 2, 3 …</param>
/// <param name="Column">Of the first found character, from 1, in UTF-16 units.</param>
/// <param name="Preview">The line, or what is around the place in a long one; at most 200 UTF-16 units.</param>
public sealed record Found(FileId File, string Path, string Key, int Line, int Column, string Preview)
{
    /// <summary>Where a search goes on behind it.</summary>
    public FoundKey After => new(Key, Line, Column);
}

/// <summary>A place in the order of results: files by path key, then line and column.</summary>
/// <param name="Key">The path without regard to case.</param>
/// <param name="Line">The line, from 1; 0 stands before a file.</param>
/// <param name="Column">The column, from 1.</param>
public readonly record struct FoundKey(string Key, int Line, int Column);

/// <summary>Some of the results.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Where to go on; null when everything was looked through.</param>
public sealed record FoundPage(IReadOnlyList<Found> Items, FoundKey? Next);

/// <summary>How long one search may take; what was not looked through then is behind <see cref="FoundPage.Next"/>.</summary>
public sealed record SearchLimits(TimeSpan Time);

/// <summary>A file as a search meets it.</summary>
/// <param name="Id">The file.</param>
/// <param name="Path">Its path.</param>
/// <param name="Key">The path without regard to case.</param>
/// <param name="Head">The number of its last record.</param>
public sealed record SearchedFile(FileId Id, string Path, string Key, long Head);

/// <summary>Lists what there is to search.</summary>
public interface ISearchedFiles
{
    /// <summary>The files of a workspace in the order of their keys, from <paramref name="from"/> on.</summary>
    Task<IReadOnlyList<SearchedFile>> FromAsync(WorkspaceId workspace, string from, CancellationToken ct);
}

/// <summary>Finds a text in all files of a workspace.</summary>
public sealed class WorkspaceSearch(AccessGuard guard, ISearchedFiles files, FileTexts texts, TimeProvider clock, SearchLimits limits)
{
    /// <summary>UTF-16 units of a query.</summary>
    public const int MaxQuery = 200;

    private const int MaxPreview = 200;

    // What stands before the place in a long line.
    private const int Before = 40;

    /// <summary>The next <paramref name="take"/> places where <paramref name="query"/> stands, not overlapping.</summary>
    public async Task<Result<FoundPage>> SearchAsync(
        Actor actor, WorkspaceId workspace, string query, bool matchCase, int take, FoundKey? after, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var access = await guard.RequireFilesAsync(actor, workspace, Permission.FilesRead, ct);
        if (access.Error is { } denied) return denied;
        if (Problem(query) is { } problem) return GeneralErrors.Invalid("q", problem);
        var started = clock.GetTimestamp();
        var found = new List<Found>();
        foreach (var file in await files.FromAsync(workspace, after?.Key ?? "", ct))
        {
            if (clock.GetElapsedTime(started) > limits.Time) return new FoundPage(found, new FoundKey(file.Key, 0, 0));
            var read = await texts.ReadNowAsync(file.Id, file.Head, ct);
            if (!read.TryGet(out var text, out var error))
            {
                // Deleted since it was listed, or without any intact history.
                if (error.Kind is ErrorKind.NotFound or ErrorKind.Conflict) continue;
                return error;
            }
            foreach (var (line, column, start, length) in Places(text, query, matchCase))
            {
                if (after is { } seen && seen.Key == file.Key && (line, column).CompareTo((seen.Line, seen.Column)) <= 0) continue;
                if (found.Count == take) return new FoundPage(found, found[^1].After);
                found.Add(new Found(file.Id, file.Path, file.Key, line, column, Preview(text.AsSpan(start, length), column - 1)));
            }
        }
        return new FoundPage(found, null);
    }

    /// <summary>What is wrong with a query, as the end of a sentence about it; or null.</summary>
    private static string? Problem(string query)
    {
        if (query.Length is 0 or > MaxQuery) return $"must have 1 to {MaxQuery} characters";
        return query.AsSpan().ContainsAny('\n', '\0') ? "must be on one line" : null;
    }

    // Line and column from 1; where the line starts and how long it is.
    private static IEnumerable<(int Line, int Column, int Start, int Length)> Places(string text, string query, bool matchCase)
    {
        var comparison = matchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var (line, start) = (1, 0);
        for (var at = text.IndexOf(query, comparison); at >= 0; at = text.IndexOf(query, at + query.Length, comparison))
        {
            for (var feed = text.IndexOf('\n', start, at - start); feed >= 0; feed = text.IndexOf('\n', start, at - start))
            {
                line++;
                start = feed + 1;
            }
            var end = text.IndexOf('\n', at);
            yield return (line, at - start + 1, start, (end < 0 ? text.Length : end) - start);
        }
    }

    private static string Preview(ReadOnlySpan<char> line, int at)
    {
        var from = line.Length <= MaxPreview ? 0 : Math.Clamp(at - Before, 0, line.Length - MaxPreview);
        var to = Math.Min(line.Length, from + MaxPreview);
        // No half of a pair at either end.
        if (from > 0 && char.IsLowSurrogate(line[from])) from++;
        if (to < line.Length && char.IsLowSurrogate(line[to])) to--;
        return line[from..to].TrimEnd('\r').ToString();
    }
}
