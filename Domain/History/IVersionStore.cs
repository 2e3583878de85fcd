using CollabHub.Domain.Errors;

namespace CollabHub.Domain.History;

/// <summary>A file whose changes are in no version yet.</summary>
/// <param name="Workspace">Where it is.</param>
/// <param name="File">The file.</param>
/// <param name="UpdatedBy">Who edited last.</param>
public sealed record UnversionedFile(WorkspaceId Workspace, FileId File, UserId? UpdatedBy);

/// <summary>A text to keep.</summary>
public sealed record NewVersion(string? Name, VersionKind Kind, long Seq, string Text, string Hash, DateTimeOffset At, UserId? By);

/// <summary>The versions of files.</summary>
public interface IVersionStore
{
    /// <summary>Newest first, below number <paramref name="before"/> when given.</summary>
    Task<IReadOnlyList<FileVersion>> ListAsync(FileId file, int take, long? before, CancellationToken ct);

    /// <summary>The one with the highest number, or null.</summary>
    Task<FileVersion?> NewestAsync(FileId file, CancellationToken ct);

    /// <summary>A version with its text; <c>version.not_found</c>, <c>version.damaged</c>.</summary>
    Task<Result<VersionText>> ReadAsync(FileId file, long n, CancellationToken ct);

    /// <summary>How many versions of a kind a file has; inside of a transaction it stays so until its end.</summary>
    Task<int> CountAsync(FileId file, VersionKind kind, CancellationToken ct);

    /// <summary>Adds a version under the next number, and notes that changes up to it need no further one.</summary>
    Task<FileVersion> AddAsync(FileId file, NewVersion version, CancellationToken ct);

    /// <summary>Removes the oldest automatic versions beyond <paramref name="keep"/>; the newest version of a file always stays.</summary>
    Task TrimAsync(FileId file, int keep, CancellationToken ct);

    /// <summary>Notes that changes up to a number need no version, those after it do from <paramref name="now"/> on.</summary>
    Task CoverAsync(FileId file, long seq, DateTimeOffset now, CancellationToken ct);

    /// <summary>Files with changes in no version that have been quiet since <paramref name="quietSince"/>, or changed already at <paramref name="changedBefore"/>.</summary>
    Task<IReadOnlyList<UnversionedFile>> UnversionedAsync(DateTimeOffset quietSince, DateTimeOffset changedBefore, int take, CancellationToken ct);
}
