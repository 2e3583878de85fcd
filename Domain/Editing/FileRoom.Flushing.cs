using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>Waiting until what the room shows is in the log.</summary>
public sealed partial class FileRoom
{
    /// <summary>Completes when every edit that has come in until now is durable; at once when the room is over.</summary>
    /// <param name="ct">Gives up waiting.</param>
    public async Task<Result<Done>> FlushAsync(CancellationToken ct)
    {
        var waiting = await AskAsync(
            () =>
            {
                var done = new TaskCompletionSource<CollabError?>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (HasUncommitted) AddUncommitted(new Uncommitted(null, null, 0, default, 0, done));
                else done.SetResult(null);
                return done;
            },
            ct);
        if (waiting is null) return default(Done);
        try
        {
            var error = await waiting.Task.WaitAsync(Options.MaxUncommittedAge, _services.Time, ct);
            return error is null ? default(Done) : error;
        }
        catch (TimeoutException)
        {
            return EditErrors.StoreUnavailable;
        }
    }
}
