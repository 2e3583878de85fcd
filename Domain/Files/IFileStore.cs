namespace CollabHub.Domain.Files;

/// <summary>The rows of files: the authority for which files a workspace has and where.</summary>
public interface IFileStore
{
    /// <summary>The files of a workspace by path; deleted ones are not among them.</summary>
    Task<IReadOnlyList<FileEntry>> ListAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>One file that is not deleted, or null.</summary>
    Task<FileEntry?> FindAsync(FileId file, CancellationToken ct);

    /// <summary>How many files a workspace has.</summary>
    Task<int> CountAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>UTF-8 bytes of all texts of a workspace, as of the last time their rows were refreshed.</summary>
    Task<long> SizeAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>Adds a file and the first record of its log (none for an empty text); false when the path is taken.</summary>
    Task<bool> AddAsync(FileEntry file, FilePath path, ReadOnlyMemory<byte> seed, Guid batch, long? seedClient, CancellationToken ct);

    /// <summary>Whether a file stands where the path needs a folder, or files stand below it.</summary>
    Task<bool> IsObstructedAsync(WorkspaceId workspace, FilePath path, CancellationToken ct);

    /// <summary>Gives a file another path; false when it is taken or obstructed.</summary>
    Task<bool> MoveAsync(FileId file, FilePath path, string? language, DateTimeOffset now, CancellationToken ct);

    /// <summary>Marks a file as deleted; its path becomes free, its history stays.</summary>
    Task DeleteAsync(FileId file, DateTimeOffset now, CancellationToken ct);
}
