using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>The text as a whole: read for REST, search, zip and deployments, changed by the smallest edit.</summary>
public sealed partial class FileRoom
{
    /// <summary>The root type that holds a file's text.</summary>
    public const string TextRoot = "content";

    private static readonly TimeSpan FactsDelay = TimeSpan.FromSeconds(2);

    private readonly Dictionary<UserId, long> _serverClients = [];
    private bool _factsArmed;

    /// <summary>The text as UTF-8, with its hash; null when the room is over.</summary>
    public Task<FileText?> ReadTextAsync(CancellationToken ct) => AskAsync(() => Text(), ct);

    /// <summary>Makes the text equal to <paramref name="text"/> by the smallest edit; complete when that edit is durable.</summary>
    /// <param name="user">The author.</param>
    /// <param name="text">The whole new text.</param>
    /// <param name="ifMatch">The hash that the present text must have, or null.</param>
    /// <param name="ct">Gives up waiting; the edit may still happen.</param>
    public async Task<Result<FileText>> ReplaceTextAsync(UserId user, string text, string? ifMatch, CancellationToken ct)
    {
        var cause = Activity.Current?.Context ?? default;
        var change = await AskAsync(() => Replace(user, text, ifMatch, cause), ct);
        if (change is null) return EditErrors.StoreUnavailable;
        if (change.Error is { } refused) return refused;
        if (change.Saved is not { } saved) return change.Text!;
        return await DurableAsync(saved, ct) is { } error ? error : change.Text!;
    }

    /// <summary>Waits for a commit, as long as edits may be waiting for one.</summary>
    private async Task<CollabError?> DurableAsync(Task<CollabError?> saved, CancellationToken ct)
    {
        try
        {
            return await saved.WaitAsync(Options.MaxUncommittedAge, _services.Time, ct);
        }
        catch (TimeoutException)
        {
            return EditErrors.StoreUnavailable;
        }
    }

    private sealed record Replacement(CollabError? Error, FileText? Text, Task<CollabError?>? Saved);

    private Replacement Replace(UserId user, string text, string? ifMatch, ActivityContext cause)
    {
        if (ifMatch is not null && ifMatch != Text().Hash) return new Replacement(EditErrors.TextChanged, null, null);
        var edits = TextDiff.Between(_document.GetText(TextRoot), text);
        if (edits.Count == 0) return new Replacement(null, Text(), null);
        if (Unwritable([]) is { } refused) return new Replacement(refused, null, null);
        var update = _document.ApplyTextEdits(TextRoot, ServerClientOf(user), edits);
        if (update is null) return new Replacement(null, Text(), null);
        var done = new TaskCompletionSource<CollabError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Accept(null, user, 0, update, done, cause);
        return new Replacement(null, Text(), done.Task);
    }

    /// <summary>
    /// The client id under which the server writes for a user: drawn for this load of the file and never used again, because
    /// clocks of an older state must not be repeated.
    /// </summary>
    private long ServerClientOf(UserId user)
    {
        if (_serverClients.TryGetValue(user, out var client)) return client;
        do client = ClientIds.Draw(_services.Ids);
        while (_document.State(client) > 0);
        Own(client, user);
        return _serverClients[user] = client;
    }

    private FileText Text()
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(1, _document.TextBytes(TextRoot)));
        _document.WriteTextUtf8(TextRoot, buffer);
        return new FileText(buffer.WrittenMemory, Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan)));
    }

    private TextFacts FactsOf()
    {
        using var text = new HashingWriter();
        _document.WriteTextUtf8(TextRoot, text);
        return new TextFacts(text.Length, text.TakeHash(), _lastAuthor);
    }

    private void NoteTextSoon()
    {
        if (_factsArmed) return;
        _factsArmed = true;
        _factsTimer.Change(FactsDelay, Timeout.InfiniteTimeSpan);
    }

    private void OnFactsTimer()
    {
        if (!_factsArmed) return;
        _factsArmed = false;
        var facts = FactsOf();
        Beside(() => NoteTextAsync(facts));
    }

    private async Task NoteTextAsync(TextFacts facts)
    {
        try
        {
            var noted = await _services.Log.NoteTextAsync(File, facts, CancellationToken.None);
            if (noted.Error is { } error) _services.Observer.SnapshotFailed(File, error.Code);
            else _services.Noted(this);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _services.Observer.CommitThrew(File, exception);
        }
    }
}

/// <summary>A file's text at one moment.</summary>
/// <param name="Utf8">The text.</param>
/// <param name="Hash">SHA-256 of the bytes, hex; the value of the <c>ETag</c>.</param>
public sealed record FileText(ReadOnlyMemory<byte> Utf8, string Hash);
