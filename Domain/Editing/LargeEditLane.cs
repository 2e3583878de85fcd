using System.Threading.Channels;

namespace CollabHub.Domain.Editing;

/// <summary>
/// Lets large edits leave to a few subscribers at a time, all files of the node in turn. Writing one to everybody at once would occupy every
/// thread for as long as that takes, and whatever is typed meanwhile would come behind it.
/// </summary>
internal sealed class LargeEditLane : IAsyncDisposable
{
    private static readonly int AtATime = Environment.ProcessorCount;

    // Bounded by the subscriptions of the node: each waits here once at most.
    private readonly Channel<FileSubscription> _waiting = Channel.CreateUnbounded<FileSubscription>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    public LargeEditLane() => _loop = RunAsync();

    /// <summary>What a subscription holds back leaves when its turn comes; at once when the node stops.</summary>
    public void Add(FileSubscription subscription)
    {
        if (!_waiting.Writer.TryWrite(subscription)) subscription.Release();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            for (var i = 0; i < AtATime && _waiting.Reader.TryRead(out var next); i++) next.Release();
            // The next ones come behind everything that has become ready meanwhile, these writes among it.
            await Task.Yield();
        }
    }
}
