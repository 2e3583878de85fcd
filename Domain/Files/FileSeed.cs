using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Domain.Files;

/// <summary>A file that is about to exist, and the first record of its log.</summary>
/// <param name="File">Its row.</param>
/// <param name="Update">The update that brings its content; empty for an empty one.</param>
/// <param name="Client">The client id under which it is written; null for an empty one.</param>
public sealed record FileSeed(FileEntry File, ReadOnlyMemory<byte> Update, long? Client)
{
    /// <summary>A new file with a new id.</summary>
    public static FileSeed Create(WorkspaceId workspace, FilePath path, string text, string? language, UserId user, DateTimeOffset now, IIdSource ids)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(ids);
        var size = Encoding.UTF8.GetByteCount(text);
        var file = new FileEntry(new FileId(ids.Next()), workspace, path.Value, language ?? FileLanguages.Of(path.Value), size, now, user);
        if (text.Length == 0) return new FileSeed(file, default, null);
        var client = ClientIds.Draw(ids);
        using var document = new YDocument();
        return new FileSeed(file, document.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(0, 0, text)]) ?? [], client);
    }
}
