using System.Data.Common;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>One statement after another: right for an engine inside of this process, where a statement costs no journey.</summary>
internal sealed class RowByRowAppender : IGroupAppender
{
    public async Task<Result<long>[]> AppendAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<LogAppend> group, bool mayBeThere, DateTimeOffset now)
    {
        var results = new Result<long>[group.Count];
        for (var i = 0; i < group.Count; i++) results[i] = await InsertAsync(connection, transaction, group[i], mayBeThere, now);
        return results;
    }

    private static async Task<Result<long>> InsertAsync(
        DbConnection connection, DbTransaction transaction, LogAppend append, bool mayBeThere, DateTimeOffset now)
    {
        var file = append.File.Value;
        if (append.IsRetry || mayBeThere)
        {
            var earlier = await connection.QuerySingleOrDefaultAsync<long?>(
                EditLogSql.FindBatch, new { file, batch = append.Records[0].BatchId }, transaction);
            if (earlier is { } seq) return seq;
        }
        var head = await connection.QuerySingleOrDefaultAsync<long?>(
            EditLogSql.Advance, new { file, count = append.Records.Count, now, user = append.Records[^1].User?.Value }, transaction);
        if (head is null) return AccessErrors.FileNotFound;
        var first = head.Value - append.Records.Count + 1;
        for (var i = 0; i < append.Records.Count; i++)
        {
            var record = append.Records[i];
            var payload = record.Update.ToArray();
            var row = new
            {
                file, seq = first + i, batch = record.BatchId, user = record.User?.Value, payload,
                checksum = RecordChecksum.Of(file, first + i, payload), now,
            };
            await connection.ExecuteAsync(EditLogSql.Append, row, transaction);
        }
        foreach (var owner in append.Clients)
        {
            await connection.ExecuteAsync(EditLogSql.OwnClient, new { file, client = owner.ClientId, user = owner.User.Value }, transaction);
        }
        return first;
    }
}
