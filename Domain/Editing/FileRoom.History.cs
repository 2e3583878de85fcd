using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>What history needs of an open file: everything durable, and who wrote which stretch.</summary>
public sealed partial class FileRoom
{
    /// <summary>Whether the history of the file is damaged, so that it cannot be changed.</summary>
    public bool IsDamaged => _isDamaged;

    /// <summary>Complete when everything that this room has accepted so far is in the log; an error when the log does not commit.</summary>
    public async Task<CollabError?> SettleAsync(CancellationToken ct)
    {
        // A room that is over has committed what it had, or has forgotten it.
        var settled = await AskAsync(Settle, ct);
        return settled is null ? null : await DurableAsync(settled, ct);
    }

    /// <summary>The text with the client of each stretch, uncommitted edits included; null when the room is over.</summary>
    public Task<AuthoredText?> ReadAuthoredTextAsync(CancellationToken ct) => AskAsync(
        () => new AuthoredText(_document.GetText(TextRoot), _document.GetTextRuns(TextRoot), new Dictionary<long, UserId>(_owners)), ct);

    private Task<CollabError?> Settle()
    {
        if (!HasUncommitted) return Task.FromResult<CollabError?>(null);
        var done = new TaskCompletionSource<CollabError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        AddUncommitted(new Uncommitted(null, null, 0, default, 0, done));
        return done.Task;
    }
}

/// <summary>A file's text and where it comes from.</summary>
/// <param name="Text">The text.</param>
/// <param name="Runs">Its stretches in order, together as long as the text.</param>
/// <param name="Owners">Who owns which client id, as far as this node knows.</param>
public sealed record AuthoredText(string Text, IReadOnlyList<TextRun> Runs, IReadOnlyDictionary<long, UserId> Owners);
