using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CollabHub.Persistence.Relational.Postgres;

/// <summary>
/// A group of appends in two journeys, however many there are: one advances the files' heads, one inserts all rows. A third comes
/// first when some of them may be there already.
/// </summary>
internal sealed class PostgresGroupAppend(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now)
{
    // In the order of the file ids, so that two nodes with common files wait for each other instead of blocking each other.
    private const string LockSql = "select file_id from files where file_id = any($1) order by file_id for no key update";

    private const string FindSql = "select batch_id, seq from file_updates where file_id = any($1) and batch_id = any($2)";

    private const string AdvanceSql = """
        update files set head_seq = head_seq + $2, updated_at = $3, updated_by = coalesce($4, updated_by)
        where file_id = $1 and deleted_at is null
        returning head_seq
        """;

    private const string RecordsSql = """
        insert into file_updates (file_id, seq, batch_id, user_id, payload, checksum, created_at)
        select r.file_id, r.seq, r.batch_id, r.user_id, r.payload, r.checksum, $7
        from unnest($1, $2, $3, $4, $5, $6) as r (file_id, seq, batch_id, user_id, payload, checksum)
        """;

    private const string ClientsSql = """
        insert into file_clients (file_id, client_id, user_id)
        select c.file_id, c.client_id, c.user_id from unnest($1, $2, $3) with ordinality as c (file_id, client_id, user_id, n) order by c.n
        on conflict (file_id, client_id) do nothing
        """;

    private readonly AppendedRows _rows = new();

    public async Task<Result<long>[]> RunAsync(IReadOnlyList<LogAppend> group, bool mayBeThere)
    {
        var stored = await FindStoredAsync([.. group.Where(append => mayBeThere || append.IsRetry)]);
        var fresh = group.Where(append => !stored.ContainsKey(First(append))).DistinctBy(First).ToList();
        var heads = await AdvanceAsync([.. fresh.GroupBy(append => append.File.Value).OrderBy(file => file.Key)]);
        foreach (var append in fresh)
        {
            if (!heads.TryGetValue(append.File.Value, out var next)) continue;
            stored.Add(First(append), next);
            _rows.Add(append, next);
            heads[append.File.Value] = next + append.Records.Count;
        }
        await InsertAsync();
        return [.. group.Select(append => stored.TryGetValue(First(append), out var seq) ? Result<long>.Of(seq) : AccessErrors.FileNotFound)];
    }

    private static Guid First(LogAppend append) => append.Records[0].BatchId;

    // An earlier try whose answer was lost may still be committing; it holds the files' rows until it is done, so they are locked first.
    private async Task<Dictionary<Guid, long>> FindStoredAsync(List<LogAppend> doubtful)
    {
        var stored = new Dictionary<Guid, long>();
        if (doubtful.Count == 0) return stored;
        var files = doubtful.Select(append => append.File.Value).Distinct().ToArray();
        await using var batch = NewBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql) { Parameters = { new() { Value = files } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(FindSql)
        {
            Parameters = { new() { Value = files }, new() { Value = doubtful.Select(First).ToArray() } },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        while (await reader.ReadAsync()) stored[reader.GetGuid(0)] = reader.GetInt64(1);
        return stored;
    }

    /// <summary>The number of the first record of each file that takes some.</summary>
    private async Task<Dictionary<Guid, long>> AdvanceAsync(List<IGrouping<Guid, LogAppend>> files)
    {
        var next = new Dictionary<Guid, long>();
        if (files.Count == 0) return next;
        await using var batch = NewBatch();
        foreach (var file in files)
        {
            object author = file.Last().Records[^1].User is { } user ? user.Value : DBNull.Value;
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AdvanceSql)
            {
                Parameters =
                {
                    new() { Value = file.Key },
                    new() { Value = Count(file) },
                    new() { Value = now.ToUniversalTime() },
                    new() { Value = author, NpgsqlDbType = NpgsqlDbType.Uuid },
                },
            });
        }
        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var file in files)
        {
            if (await reader.ReadAsync()) next[file.Key] = reader.GetInt64(0) - Count(file) + 1;
            await reader.NextResultAsync();
        }
        return next;
    }

    private async Task InsertAsync()
    {
        await using var batch = NewBatch();
        if (_rows.Count > 0) batch.BatchCommands.Add(_rows.Records(RecordsSql, now));
        if (_rows.ClientCount > 0) batch.BatchCommands.Add(_rows.Clients(ClientsSql));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync();
    }

    private NpgsqlBatch NewBatch() => new(connection, transaction);

    private static long Count(IEnumerable<LogAppend> file) => file.Sum(append => (long)append.Records.Count);
}
