using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Specifications;

/// <summary>The embedded engine syncs to disk inside of its calls, so they are made where nobody else needs the thread.</summary>
public class EditLogThreadTests
{
    [Fact]
    public async Task Every_commit_happens_on_the_logs_own_thread()
    {
        await using var bench = new EditingBench();
        await bench.StartAsync();
        var threads = new ThreadNames();
        await using var log = new EditLog(bench.Database, TimeProvider.System, threads);
        for (var i = 0; i < 20; i++)
        {
            // One after another, so that the writer has to wait in between.
            var appended = await log.AppendAsync(bench.File, [new NewRecord(bench.Ids.Next(), bench.Ada, new byte[] { 0, 0 })], [], isRetry: false, default);
            Assert.Null(appended.Error);
            await Task.Yield();
        }
        Assert.Equal(20, threads.Seen.Count);
        Assert.All(threads.Seen, name => Assert.Equal("edit log", name));
    }

    private sealed class ThreadNames : IEditLogObserver
    {
        public ConcurrentQueue<string?> Seen { get; } = [];

        public void Committed(int appends, int records, TimeSpan elapsed) => Seen.Enqueue(Thread.CurrentThread.Name);
        public void Damaged(FileId file, long seq) => Assert.Fail("damaged");
        public void Unavailable(Exception exception) => Assert.Fail(exception.Message);
        public void AppendFailed(FileId file, Exception exception) => Assert.Fail(exception.Message);
    }
}
