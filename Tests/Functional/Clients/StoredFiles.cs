using System.Globalization;
using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Functional.Clients;

/// <summary>What a data directory holds of its files, for the message of a test that missed something in it.</summary>
internal static class StoredFiles
{
    /// <summary>Of each file: its snapshot and records, whether they could be read and applied, and what hangs on something that is not there.</summary>
    public static async Task<string> DescribeAsync(string directory)
    {
        var path = Path.Combine(directory, "collabhub.db");
        if (!File.Exists(path)) return "Nothing is stored.";
        using var database = new SqliteDatabase(path);
        var observer = new RecordingObserver();
        await using var log = new EditLog(database, TimeProvider.System, observer);
        await using var db = new DbSession(database);
        var told = new StringBuilder();
        foreach (var file in await db.QueryAsync<Guid>("select file_id from files", new { }, default)) told.AppendLine(await DescribeAsync(log, new FileId(file)));
        return told.Append(observer.Told).ToString();
    }

    private static async Task<string> DescribeAsync(EditLog log, FileId file)
    {
        var loaded = await log.LoadAsync(file, default);
        if (!loaded.TryGet(out var history, out var error)) return $"{file}: {error.Code}";
        using var document = new YDocument();
        var isApplied = history.TryReplay(document);
        var text = document.GetText(FileRoom.TextRoot);
        return string.Create(CultureInfo.InvariantCulture,
            $"{file}: snapshot of {history.SnapshotSeq} with {history.Snapshot.Length} bytes, {history.Tail.Count} records up to {history.Head}, damaged {history.IsDamaged}, applied {isApplied}, text of {text.Length}, hangs {document.HasPending}");
    }
}
