using System.Text;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Editing;

/// <summary>A workspace with one file on a real SQLite database, and nodes of rooms over it. Time stands still unless moved.</summary>
internal sealed class EditingBench : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-rooms-");
    private readonly InProcessRoomBus.Exchange _exchange = new();
    private readonly List<RoomDirectory> _nodes = [];
    private readonly List<Member> _members = [];
    private readonly SqliteDatabase _database;
    private readonly EditLog _log;

    public EditingBench(EditingOptions? options = null)
    {
        Options = options ?? new EditingOptions();
        _database = new SqliteDatabase(Path.Combine(_directory.FullName, "collabhub.db"));
        _database.Migrate();
        _log = new EditLog(_database, Time, Observer);
        Log = new FaultyLog(_log);
    }

    public EditingOptions Options { get; }
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    public RecordingObserver Observer { get; } = new();
    public FaultyLog Log { get; }
    public RandomIds Ids { get; } = new(7);
    public FileId File { get; private set; }
    public UserId Ada { get; private set; }
    public UserId Bob { get; private set; }
    public IRelationalDatabase Database => _database;
    public IReadOnlyList<RoomDirectory> Nodes => _nodes;

    /// <summary>Adds two users, a workspace and an empty file.</summary>
    public async Task<RoomDirectory> StartAsync()
    {
        Ada = new UserId(Ids.Next());
        Bob = new UserId(Ids.Next());
        File = new FileId(Ids.Next());
        var workspace = Ids.Next();
        await using var db = new DbSession(_database);
        var now = Time.GetUtcNow();
        foreach (var (user, name) in new[] { (Ada, "ada"), (Bob, "bob") })
        {
            await db.ExecuteAsync(
                "insert into users (user_id, username, created_at, updated_at) values (@user, @name, @now, @now)", new { user = user.Value, name, now }, default);
        }
        await db.ExecuteAsync(
            "insert into workspaces (ws_id, name, owner_id, created_at, updated_at, last_active) values (@workspace, 'w', @owner, @now, @now, @now)",
            new { workspace, owner = Ada.Value, now }, default);
        await db.ExecuteAsync(
            "insert into files (file_id, ws_id, path, path_key, created_at, updated_at) values (@file, @workspace, 'a', 'a', @now, @now)",
            new { file = File.Value, workspace, now }, default);
        return Node("one");
    }

    /// <summary>Another node over the same log and bus.</summary>
    public RoomDirectory Node(string name, bool onBus = true, IIdSource? ids = null)
    {
        var bus = new InProcessRoomBus(onBus ? _exchange : new InProcessRoomBus.Exchange(), name);
        var node = new RoomDirectory(Log, bus, Time, ids ?? Ids, Observer, Options, DocumentOptions.Default, (_, _) => { });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Enters the file as someone.</summary>
    public async Task<Member> EnterAsync(RoomDirectory node, UserId user, Role role = Role.Editor, bool echo = false)
    {
        var lease = (await node.EnterAsync(File, default)).Value;
        var identity = new AwarenessUser(user.ToString(), user == Ada ? "Ada" : "Bob", "#111111", "#11111133");
        var subscription = new FileSubscription(user, identity, echo, Options);
        var joined = await lease.Room.JoinAsync(subscription, role, new byte[] { 0 }, default);
        Assert.Null(joined.Error);
        var member = new Member(lease, subscription, Ids);
        _members.Add(member);
        return member;
    }

    /// <summary>The text that a process without any memory reads from the log.</summary>
    public async Task<string> ColdTextAsync()
    {
        var history = (await _log.LoadAsync(File, default)).Value;
        using var document = new YDocument();
        if (!history.Snapshot.IsEmpty) Assert.Equal(DecodeError.None, document.Apply(history.Snapshot.Span).Error);
        foreach (var record in history.Tail) Assert.Equal(DecodeError.None, document.Apply(record.Update.Span).Error);
        return document.GetText(FileRoom.TextRoot);
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var db = new DbSession(_database);
        return await db.FindAsync<T>(sql, new { file = File.Value }, default);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var db = new DbSession(_database);
        await db.ExecuteAsync(sql, new { file = File.Value }, default);
    }

    public async ValueTask DisposeAsync()
    {
        Log.Heal();
        foreach (var member in _members) member.Dispose();
        foreach (var node in _nodes)
        {
            var draining = node.DrainAsync(default);
            // A commit that waits for its retry needs time to pass.
            while (!draining.IsCompleted)
            {
                Time.Advance(Options.MaxCommitRetryDelay);
                await Task.WhenAny(draining, Task.Yield().ToTask());
            }
            await draining;
        }
        await _log.DisposeAsync();
        _database.Dispose();
        _directory.Delete(recursive: true);
    }
}

/// <summary>One person in the room: a replica of his own and the frames that came.</summary>
internal sealed class Member(RoomLease lease, FileSubscription subscription, IIdSource ids) : IDisposable
{
    private readonly YDocument _replica = new();
    private readonly Queue<RoomFrame> _queued = new();
    private readonly long _client = ClientIds.Draw(ids);
    private long _seq;

    public FileRoom Room => lease.Room;
    public FileSubscription Subscription => subscription;
    public long Client => _client;
    public string Text => _replica.GetText(FileRoom.TextRoot);

    /// <summary>Types at the end of what this person sees; answers the number of the edit.</summary>
    public async Task<long> TypeAsync(string text)
    {
        var at = Text.Length;
        var update = _replica.ApplyTextEdits(FileRoom.TextRoot, _client, [new TextEdit(at, 0, text)])!;
        await PushAsync(update);
        return _seq;
    }

    public async Task PushAsync(byte[] update, bool isSync = false) =>
        Assert.True(await Room.PushAsync(subscription, ++_seq, update, isSync, default));

    /// <summary>The next frame of a kind; frames before it are taken in on the way.</summary>
    public async Task<RoomFrame> NextAsync(RoomFrameKind kind)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            while (_queued.TryDequeue(out var frame))
            {
                if (frame.Kind is RoomFrameKind.Sync or RoomFrameKind.Edit) Assert.Equal(DecodeError.None, _replica.Apply(frame.Payload.Span).Error);
                foreach (var part in frame.Rest) Assert.Equal(DecodeError.None, _replica.Apply(part.Span).Error);
                if (frame.Kind == kind) return frame;
            }
            foreach (var frame in await subscription.TakeAsync(limit.Token)) _queued.Enqueue(frame);
        }
    }

    /// <summary>Takes frames until the text is this.</summary>
    public async Task SeesAsync(string text)
    {
        while (Text != text) await NextAsync(RoomFrameKind.Edit);
    }

    /// <summary>Everything that is queued now, after the room has come to rest.</summary>
    public async Task<IReadOnlyList<RoomFrame>> RestAsync()
    {
        // The room answers in order: when it answers this, everything before is offered.
        await Room.ReadTextAsync(default);
        await Room.ReadTextAsync(default);
        if (_queued.Count > 0) return [.. _queued];
        using var none = new CancellationTokenSource();
        var take = subscription.TakeAsync(none.Token).AsTask();
        if (!take.IsCompleted) await none.CancelAsync();
        try
        {
            return await take;
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    public void Leave()
    {
        Room.Leave(subscription);
        lease.Dispose();
    }

    public void Dispose()
    {
        Leave();
        _replica.Dispose();
    }
}

/// <summary>A log whose faults are arranged: it can refuse, or hold answers back.</summary>
internal sealed class FaultyLog(IEditLog inner) : IEditLog
{
    private volatile Func<Task<CollabError?>>? _before;
    private int _loads;

    /// <summary>What a snapshot does before it answers, on the thread of whoever asks.</summary>
    public Action BeforeSnapshot { get; set; } = static () => { };

    public int Loads => _loads;

    public void Refuse() => _before = () => Task.FromResult<CollabError?>(EditErrors.StoreUnavailable);

    public void Throw(Exception exception) => _before = () => Task.FromException<CollabError?>(exception);

    /// <summary>Appends wait until the answer is completed.</summary>
    public TaskCompletionSource Hold()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _before = async () =>
        {
            await gate.Task;
            return null;
        };
        return gate;
    }

    public void Heal() => _before = null;

    public Task<Result<FileHistory>> LoadAsync(FileId file, CancellationToken ct)
    {
        Interlocked.Increment(ref _loads);
        return inner.LoadAsync(file, ct);
    }

    public Task<Result<IReadOnlyList<LogRecord>>> ReadAfterAsync(FileId file, long seq, int limit, CancellationToken ct) =>
        inner.ReadAfterAsync(file, seq, limit, ct);

    public Task<Result<long>> HeadAsync(FileId file, CancellationToken ct) => inner.HeadAsync(file, ct);

    public Task<Result<IReadOnlyDictionary<FileId, long>>> HeadsAsync(IReadOnlyCollection<FileId> files, CancellationToken ct) => inner.HeadsAsync(files, ct);

    public async Task<Result<long>> AppendAsync(
        FileId file, IReadOnlyList<NewRecord> records, IReadOnlyList<ClientOwner> newClients, bool isRetry, CancellationToken ct)
    {
        if (_before is { } before && await before() is { } error) return error;
        return await inner.AppendAsync(file, records, newClients, isRetry, ct);
    }

    public Task<Result<Done>> SnapshotAsync(FileId file, long seq, ReadOnlyMemory<byte> state, TextFacts facts, CancellationToken ct)
    {
        BeforeSnapshot();
        return inner.SnapshotAsync(file, seq, state, facts, ct);
    }

    public Task<Result<Done>> NoteTextAsync(FileId file, TextFacts facts, CancellationToken ct) => inner.NoteTextAsync(file, facts, ct);
}

/// <summary>Ids out of a seed.</summary>
internal sealed class RandomIds(int seed) : IIdSource
{
    private readonly Random _random = new(seed);

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_random) _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}

/// <summary>Ids that fail once, as a defect inside of a room's loop would.</summary>
internal sealed class BrokenOnceIds(IIdSource inner) : IIdSource
{
    private int _asked;

    public Guid Next() => _asked++ == 0 ? throw new InvalidOperationException("a defect") : inner.Next();
}

/// <summary>Remembers what rooms and log reported.</summary>
public sealed class RecordingObserver : IRoomObserver, IEditLogObserver
{
    private readonly StringBuilder _told = new();

    public string Told
    {
        get
        {
            lock (_told) return _told.ToString();
        }
    }

    public void CommitFailed(FileId file, string code, int attempt) => Tell($"commit failed {code} {attempt}");
    public void CommitThrew(FileId file, Exception exception) => Tell("commit threw " + exception.Message);
    public void RoleUnknown(FileId file, UserId user, Exception exception) => Tell("role unknown " + exception.Message);
    public void SnapshotFailed(FileId file, string code) => Tell("snapshot failed " + code);
    public void RoomFailed(FileId file, Exception exception) => Tell("room failed " + exception);
    public void SlowReader(FileId file, UserId user) => Tell("slow reader");
    public void Damaged(FileId file, long seq) => Tell($"damaged {seq}");
    public void Unavailable(Exception exception) => Tell("unavailable " + exception.Message);
    public void AppendFailed(FileId file, Exception exception) => Tell("append failed " + exception.Message);
    public void Committed(int appends, int records, TimeSpan elapsed) => Tell($"committed {records}");

    private void Tell(string line)
    {
        lock (_told) _told.AppendLine(line);
    }
}

internal static class YieldTask
{
    /// <summary>A task that is done after the other work that is ready now.</summary>
    public static async Task ToTask(this System.Runtime.CompilerServices.YieldAwaitable yield) => await yield;
}
