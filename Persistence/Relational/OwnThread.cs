using System.Collections.Concurrent;

namespace CollabHub.Persistence.Relational;

/// <summary>
/// Runs work on one thread of its own, what follows an <c>await</c> included. The embedded engine reads, writes and syncs to disk inside of its
/// calls; on the thread pool that would hold one of the few threads that everything else needs.
/// </summary>
internal sealed class OwnThread : TaskScheduler, IDisposable
{
    // What is running is bounded by whoever asks for it: the commit loop, and a snapshot or a note for each open file.
    private readonly BlockingCollection<Task> _work = [];
    private readonly Thread _thread;

    /// <param name="name">How it is called in dumps and traces.</param>
    public OwnThread(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs asynchronous work from its beginning to its end on the thread.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Ends the thread after what it has to do; may be called on it.</summary>
    public void Dispose() => _work.CompleteAdding();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _work.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Thread.CurrentThread == _thread && !taskWasPreviouslyQueued && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _work.ToArray();

    private void Run()
    {
        foreach (var task in _work.GetConsumingEnumerable()) TryExecuteTask(task);
        _work.Dispose();
    }
}
