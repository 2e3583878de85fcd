using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.History;

/// <summary>Reads texts without keeping rooms open: live from a room that is open anyway, else from the log.</summary>
public sealed class FileTexts(RoomDirectory rooms, IEditLog log, TextCache cache, DocumentOptions document)
{
    /// <summary>The text of this moment. <paramref name="head"/> is the file's last number where the caller knows it.</summary>
    public async Task<Result<string>> ReadNowAsync(FileId file, long? head, CancellationToken ct)
    {
        if (rooms.Find(file) is { } room && await room.ReadTextAsync(ct) is { } live) return System.Text.Encoding.UTF8.GetString(live.Utf8.Span);
        if (head is { } seq && cache.Find(file, seq) is { } known) return known.Text;
        return (await LoadAsync(file, ct)).Map(stored => stored.Text);
    }

    /// <summary>The text that the log has, with its number, after everything that was accepted here so far is in it.</summary>
    public async Task<Result<TextAt>> ReadDurableAsync(FileId file, CancellationToken ct)
    {
        if (rooms.Find(file) is { } room && await room.SettleAsync(ct) is { } error) return error;
        return await LoadAsync(file, ct);
    }

    private async Task<Result<TextAt>> LoadAsync(FileId file, CancellationToken ct)
    {
        var loaded = await log.LoadAsync(file, ct);
        if (!loaded.TryGet(out var history, out var error)) return error;
        using var replica = new YDocument(document);
        // What is intact of a damaged history is shown everywhere, so it is read here as well.
        history.TryReplay(replica);
        var text = new TextAt(history.Head, replica.GetText(FileRoom.TextRoot));
        cache.Keep(file, text);
        return text;
    }
}
