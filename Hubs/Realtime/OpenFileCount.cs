namespace CollabHub.Hubs.Realtime;

/// <summary>How many files are open on connections of this node; tells a draining server when everyone has been told.</summary>
public sealed class OpenFileCount
{
    // Guards _count and _none.
    private readonly Lock _gate = new();
    private TaskCompletionSource _none = Completed();
    private int _count;

    /// <summary>A file was opened; call the answer once it is closed, further calls change nothing.</summary>
    public Action Enter()
    {
        lock (_gate)
        {
            if (_count++ == 0) _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        var left = 0;
        return () =>
        {
            if (Interlocked.Exchange(ref left, 1) == 0) Leave();
        };
    }

    /// <summary>Completes when no file is open.</summary>
    public Task WhenNone
    {
        get
        {
            lock (_gate) return _none.Task;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0) _none.TrySetResult();
        }
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
