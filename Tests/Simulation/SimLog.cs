using CollabHub.Domain;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;

namespace CollabHub.Tests.Simulation;

/// <summary>The store of all nodes: durable, in memory, slow by chance. While it is down it answers with an error, and sometimes it has committed all the same.</summary>
internal sealed class SimLog(SimScheduler sim, WorkspaceId workspace)
{
    private readonly Dictionary<FileId, Rows> _files = [];

    private int _appends;

    private sealed class Rows
    {
        public List<LogRecord> Records { get; } = [];
        public Dictionary<Guid, long> Batches { get; } = [];
        public Dictionary<long, UserId> Clients { get; } = [];
        public SortedDictionary<long, byte[]> Snapshots { get; } = [];
        public long Head { get; set; }
    }

    public bool IsDown { get; set; }

    /// <summary>Planted: nobody is ever told of what others appended.</summary>
    public bool IsPullBroken { get; set; }

    /// <summary>Planted: every so many-th append is answered and forgotten; 0 = none.</summary>
    public int ForgetsEvery { get; set; }

    /// <summary>Outages that hit a commit, for the record of what fired.</summary>
    public int Refused { get; private set; }

    /// <summary>Commits whose answer was lost.</summary>
    public int Doubtful { get; private set; }

    public void Create(FileId file) => _files[file] = new Rows();

    /// <summary>What one node sees of it; a node that is dead hears no answer.</summary>
    public IEditLog For(SimNode node) => new View(this, node);

    /// <summary>Everything, as a fresh process would load it.</summary>
    public FileHistory Load(FileId file)
    {
        var rows = _files[file];
        var (seq, state) = rows.Snapshots.Count > 0 ? (rows.Snapshots.Last().Key, rows.Snapshots.Last().Value) : (0, []);
        return new FileHistory(
            workspace, DateTimeOffset.MinValue, seq, state, [.. rows.Records.Where(r => r.Seq > seq)], [.. rows.Clients.Select(c => new ClientOwner(c.Key, c.Value))], false);
    }

    private long Append(FileId file, IReadOnlyList<NewRecord> records, IReadOnlyList<ClientOwner> clients)
    {
        var rows = _files[file];
        if (rows.Batches.TryGetValue(records[0].BatchId, out var before)) return before;
        var first = rows.Head + 1;
        if (ForgetsEvery > 0 && ++_appends % ForgetsEvery == 0) return first;
        foreach (var record in records)
        {
            rows.Records.Add(new LogRecord(++rows.Head, record.User, record.Update));
            rows.Batches[record.BatchId] = rows.Head;
        }
        foreach (var client in clients) rows.Clients.TryAdd(client.ClientId, client.User);
        return first;
    }

    private void Snapshot(FileId file, long seq, ReadOnlyMemory<byte> state)
    {
        var rows = _files[file];
        rows.Snapshots.TryAdd(seq, state.ToArray());
        if (rows.Snapshots.Keys.LastOrDefault(older => older < seq) is var older and > 0)
        {
            rows.Records.RemoveAll(record => record.Seq <= older);
            foreach (var covered in rows.Snapshots.Keys.Where(key => key < older).ToList()) rows.Snapshots.Remove(covered);
        }
    }

    private sealed class View(SimLog log, SimNode node) : IEditLog
    {
        public Task<Result<FileHistory>> LoadAsync(FileId file, CancellationToken ct) => AnswerAsync<FileHistory>(() => log.Load(file));

        public Task<Result<IReadOnlyList<LogRecord>>> ReadAfterAsync(FileId file, long seq, int limit, CancellationToken ct) =>
            AnswerAsync<IReadOnlyList<LogRecord>>(() => log._files[file].Records.Where(r => r.Seq > seq && !log.IsPullBroken).Take(limit).ToList());

        public Task<Result<long>> HeadAsync(FileId file, CancellationToken ct) => AnswerAsync<long>(() => log._files[file].Head);

        public Task<Result<IReadOnlyDictionary<FileId, long>>> HeadsAsync(IReadOnlyCollection<FileId> files, CancellationToken ct) =>
            AnswerAsync<IReadOnlyDictionary<FileId, long>>(() => files.ToDictionary(file => file, file => log._files[file].Head));

        public Task<Result<long>> AppendAsync(
            FileId file, IReadOnlyList<NewRecord> records, IReadOnlyList<ClientOwner> newClients, bool isRetry, CancellationToken ct) =>
            AnswerAsync<long>(() => log.Append(file, records, newClients), isWrite: true);

        public Task<Result<Done>> SnapshotAsync(FileId file, long seq, ReadOnlyMemory<byte> state, TextFacts facts, CancellationToken ct) =>
            AnswerAsync<Done>(() =>
            {
                log.Snapshot(file, seq, state);
                return default(Done);
            });

        public Task<Result<Done>> NoteTextAsync(FileId file, TextFacts facts, CancellationToken ct) => AnswerAsync<Done>(() => default(Done));

        private async Task<Result<T>> AnswerAsync<T>(Func<Result<T>> work, bool isWrite = false)
        {
            await node.UntilAliveAsync();
            await log.Sim.After(30);
            var happens = !log.IsDown && !node.IsDead;
            // A process that died did or did not get its statement out; one whose store went down cannot know either.
            var isDoubtful = !happens && isWrite && log.Sim.Random.Next(4) == 0;
            if (!happens && isWrite) log.Refused++;
            if (isDoubtful) log.Doubtful++;
            Result<T> result = EditErrors.StoreUnavailable;
            if (happens || isDoubtful) result = work();
            await log.Sim.After(30);
            await node.UntilAliveAsync();
            return happens ? result : EditErrors.StoreUnavailable;
        }
    }

    private SimScheduler Sim => sim;
}
