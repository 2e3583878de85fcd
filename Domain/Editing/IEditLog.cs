using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>One update on its way into the log.</summary>
/// <param name="BatchId">Makes a repeated append harmless: unique per file.</param>
/// <param name="User">Who made the edit.</param>
/// <param name="Update">One Yjs v1 update, already validated; the log never looks inside.</param>
public sealed record NewRecord(Guid BatchId, UserId? User, ReadOnlyMemory<byte> Update);

/// <summary>One update in the log.</summary>
/// <param name="Seq">Its number in this file: 1, 2, 3 … without a gap.</param>
/// <param name="User">Who made the edit.</param>
/// <param name="Update">One Yjs v1 update.</param>
public sealed record LogRecord(long Seq, UserId? User, ReadOnlyMemory<byte> Update);

/// <summary>The first user to bring structs of a Yjs client id into a file.</summary>
public sealed record ClientOwner(long ClientId, UserId User);

/// <summary>Everything that the log holds of one file.</summary>
/// <param name="Workspace">The workspace that the file belongs to.</param>
/// <param name="Created">When the file was created.</param>
/// <param name="SnapshotSeq">The last number that the snapshot covers; 0 without one.</param>
/// <param name="Snapshot">The full state as one update; empty without one.</param>
/// <param name="Tail">The records after the snapshot, in order.</param>
/// <param name="Clients">Who owns which Yjs client id.</param>
/// <param name="IsDamaged">A record failed its checksum: the history ends before it, and the file must not be written.</param>
public sealed record FileHistory(
    WorkspaceId Workspace,
    DateTimeOffset Created,
    long SnapshotSeq,
    ReadOnlyMemory<byte> Snapshot,
    IReadOnlyList<LogRecord> Tail,
    IReadOnlyList<ClientOwner> Clients,
    bool IsDamaged)
{
    /// <summary>The number of the last record.</summary>
    public long Head => Tail.Count > 0 ? Tail[^1].Seq : SnapshotSeq;

    /// <summary>Applies everything to an empty document; false when something in it cannot be applied.</summary>
    public bool TryReplay(YDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (!Snapshot.IsEmpty && document.Apply(Snapshot.Span).Error != DecodeError.None) return false;
        foreach (var record in Tail)
        {
            if (document.Apply(record.Update.Span).Error != DecodeError.None) return false;
        }
        return true;
    }
}

/// <summary>What a file's row tells about its text, refreshed with each snapshot and when a file falls quiet.</summary>
/// <param name="Size">UTF-8 bytes.</param>
/// <param name="Hash">SHA-256 of the text, hex.</param>
/// <param name="UpdatedBy">Who edited last, when known.</param>
public sealed record TextFacts(long Size, string Hash, UserId? UpdatedBy);

/// <summary>The durable order of edits, one sequence per file. Shared by all nodes.</summary>
public interface IEditLog
{
    /// <summary>The newest good snapshot and everything after it, or <c>file.not_found</c>, <c>store.unavailable</c>.</summary>
    Task<Result<FileHistory>> LoadAsync(FileId file, CancellationToken ct);

    /// <summary>The records after <paramref name="seq"/>, oldest first, at most <paramref name="limit"/>.</summary>
    Task<Result<IReadOnlyList<LogRecord>>> ReadAfterAsync(FileId file, long seq, int limit, CancellationToken ct);

    /// <summary>The number of the last record of a file; 0 for an empty history.</summary>
    Task<Result<long>> HeadAsync(FileId file, CancellationToken ct);

    /// <summary>The numbers of the last records of many files in one look; files that do not exist any more are not in the answer.</summary>
    Task<Result<IReadOnlyDictionary<FileId, long>>> HeadsAsync(IReadOnlyCollection<FileId> files, CancellationToken ct);

    /// <summary>Appends records in one go; completes when the transaction that they travelled in has committed to disk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="records">One or more; they get consecutive numbers.</param>
    /// <param name="newClients">Client ids that came into the file with these records; an owner that exists already stays.</param>
    /// <param name="isRetry">Whether an earlier attempt with the same batch ids may have committed; then its numbers are answered.</param>
    /// <param name="ct">Gives up waiting; the append itself may still happen.</param>
    /// <returns>The number of the first record, or <c>file.not_found</c>, <c>store.unavailable</c>.</returns>
    Task<Result<long>> AppendAsync(
        FileId file, IReadOnlyList<NewRecord> records, IReadOnlyList<ClientOwner> newClients, bool isRetry, CancellationToken ct);

    /// <summary>
    /// Stores the full state that covers everything up to <paramref name="seq"/> and drops the records that the snapshot
    /// before it covered, in one transaction: two snapshots and the records between stay, so that one damaged blob loses nothing.
    /// </summary>
    Task<Result<Done>> SnapshotAsync(FileId file, long seq, ReadOnlyMemory<byte> state, TextFacts facts, CancellationToken ct);

    /// <summary>Refreshes size and hash of the file's row without a snapshot.</summary>
    Task<Result<Done>> NoteTextAsync(FileId file, TextFacts facts, CancellationToken ct);
}
