using System.Collections.Concurrent;
using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Unit.Editing;

namespace CollabHub.Tests.Specifications.Postgres;

/// <summary>A Postgres that is killed while it is written to.</summary>
public sealed class PostgresOutageTests
{
    private const int Files = 6;
    private readonly UserId _ada = new(Guid.CreateVersion7());
    private readonly List<FileId> _files = [];

    private async Task AddFilesAsync(PostgresDatabase database)
    {
        await using var db = new DbSession(database);
        var (workspace, now) = (Guid.CreateVersion7(), DateTimeOffset.UtcNow);
        await db.ExecuteAsync(
            "insert into users (user_id, username, created_at, updated_at) values (@ada, 'ada', @now, @now)", new { ada = _ada.Value, now }, default);
        await db.ExecuteAsync(
            "insert into workspaces (ws_id, name, owner_id, created_at, updated_at, last_active) values (@workspace, 'w', @ada, @now, @now, @now)",
            new { workspace, ada = _ada.Value, now }, default);
        for (var n = 0; n < Files; n++)
        {
            var file = new FileId(Guid.CreateVersion7());
            await db.ExecuteAsync(
                "insert into files (file_id, ws_id, path, path_key, created_at, updated_at) values (@file, @workspace, @path, @path, @now, @now)",
                new { file = file.Value, workspace, path = $"f{n}", now }, default);
            _files.Add(file);
        }
    }

    [Fact]
    public async Task No_acknowledged_append_is_lost_and_none_is_stored_twice()
    {
        await using var server = new PostgresServer();
        using var database = new PostgresDatabase(server.NewDatabase());
        await AddFilesAsync(database);
        await using var log = new EditLog(database, TimeProvider.System, new RecordingObserver());
        var acknowledged = new ConcurrentDictionary<(FileId File, long Seq), byte[]>();
        var refused = new ConcurrentQueue<string>();
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Files * 4).Select(n => Task.Run(() => WriteAsync(log, _files[n % Files], acknowledged, refused, enough))).ToList();
        for (var round = 1; round <= 3; round++)
        {
            var before = acknowledged.Count;
            await Eventually.TrueAsync(() => acknowledged.Count > before + 500);
            refused.Clear();
            server.Kill();
            await Eventually.TrueAsync(() => refused.Count > Files);
            Assert.All(refused, code => Assert.Equal("store.unavailable", code));
            server.StartAgain();
        }
        var atTheEnd = acknowledged.Count;
        await Eventually.TrueAsync(() => acknowledged.Count > atTheEnd + 100);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var file in _files)
        {
            var history = (await log.LoadAsync(file, default)).Value;
            Assert.False(history.IsDamaged);
            Assert.Equal(Enumerable.Range(1, history.Tail.Count).Select(n => (long)n), history.Tail.Select(record => record.Seq));
            Assert.Equal(history.Tail.Count, (await log.HeadAsync(file, default)).Value);
            Assert.Equal(history.Tail.Count, history.Tail.Select(record => Convert.ToHexString(record.Update.Span)).Distinct().Count());
            foreach (var record in history.Tail)
            {
                if (acknowledged.Remove((file, record.Seq), out var payload)) Assert.Equal(payload, record.Update.ToArray());
            }
        }
        Assert.Empty(acknowledged);
    }

    // Every writer repeats what was refused until it is stored, as a room does; each payload is its own, so that a doubled one shows.
    private async Task WriteAsync(
        EditLog log, FileId file, ConcurrentDictionary<(FileId File, long Seq), byte[]> acknowledged, ConcurrentQueue<string> refused, CancellationTokenSource enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var payload = Guid.NewGuid().ToByteArray();
            NewRecord[] records = [new(Guid.CreateVersion7(), _ada, payload)];
            var isRetry = false;
            while (true)
            {
                var appended = await log.AppendAsync(file, records, [], isRetry, default);
                if (appended.TryGet(out var seq, out var error))
                {
                    Assert.True(acknowledged.TryAdd((file, seq), payload));
                    break;
                }
                refused.Enqueue(error.Code);
                isRetry = true;
            }
        }
    }
}
