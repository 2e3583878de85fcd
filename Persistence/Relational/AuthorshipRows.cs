using System.Data.Common;
using CollabHub.Domain;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.History;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>Who wrote what: read from the log's records, and kept in <c>file_authorship</c> of those that are dropped.</summary>
internal static class AuthorshipRows
{
    /// <summary>Keeps what the records up to <paramref name="seq"/> tell, in the transaction that drops them.</summary>
    public static async Task KeepAsync(DbConnection connection, DbTransaction transaction, FileId file, long seq, CancellationToken ct)
    {
        var index = new AuthorshipIndex(await KeptAsync(connection, transaction, file, ct));
        var records = await RecordedAsync(connection, transaction, file, seq, ct);
        foreach (var stretch in AuthorshipIndex.Condense(records.SelectMany(index.Add)))
        {
            var row = new { file = file.Value, client = stretch.Client, from = stretch.From, to = stretch.To, user = stretch.User?.Value, seq = stretch.Seq, at = stretch.At };
            await connection.ExecuteAsync(new CommandDefinition(EditLogSql.AddAuthorship, row, transaction, cancellationToken: ct));
        }
    }

    /// <summary>What was kept of dropped records.</summary>
    public static async Task<IReadOnlyList<Stretch>> KeptAsync(DbConnection connection, DbTransaction? transaction, FileId file, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<KeptRow>(new CommandDefinition(EditLogSql.Authorship, new { file = file.Value }, transaction, cancellationToken: ct));
        return [.. rows.Select(row => new Stretch(row.ClientId, row.Clock, row.ClockEnd, row.UserId is { } user ? new UserId(user) : null, row.Seq, row.WrittenAt))];
    }

    /// <summary>What the records up to <paramref name="seq"/> tell, oldest first; damaged ones tell nothing.</summary>
    public static async Task<IReadOnlyList<Stretch>> RecordedAsync(
        DbConnection connection, DbTransaction? transaction, FileId file, long seq, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<RecordRow>(
            new CommandDefinition(EditLogSql.Covered, new { file = file.Value, seq }, transaction, cancellationToken: ct));
        return
        [
            .. rows.Where(row => row.Checksum == RecordChecksum.Of(file.Value, row.Seq, row.Payload)).SelectMany(row => UpdateStretches.Of(row.Payload)
                .Select(part => new Stretch(part.Client, part.From, part.To, row.UserId is { } user ? new UserId(user) : null, row.Seq, row.CreatedAt))),
        ];
    }

    private sealed class KeptRow
    {
        public long ClientId { get; init; }
        public long Clock { get; init; }
        public long ClockEnd { get; init; }
        public Guid? UserId { get; init; }
        public long Seq { get; init; }
        public DateTimeOffset WrittenAt { get; init; }
    }

    private sealed class RecordRow
    {
        public long Seq { get; init; }
        public Guid? UserId { get; init; }
        public byte[] Payload { get; init; } = [];
        public long Checksum { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}

/// <summary>Reads who wrote what.</summary>
public sealed class AuthorshipStore(IRelationalDatabase database) : IAuthorshipStore
{
    /// <inheritdoc/>
    public async Task<Result<Authorship>> ReadAsync(FileId file, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            // The records first: one that is dropped between the two readings has been kept before.
            var recorded = await AuthorshipRows.RecordedAsync(connection, null, file, long.MaxValue, ct);
            var kept = await AuthorshipRows.KeptAsync(connection, null, file, ct);
            var clients = await connection.QueryAsync<ClientRow>(new CommandDefinition(EditLogSql.Clients, new { file = file.Value }, cancellationToken: ct));
            return new Authorship([.. kept, .. recorded], [.. clients.Select(row => new ClientOwner(row.ClientId, new UserId(row.UserId)))]);
        }
        catch (DbException exception) when (database.IsUnavailable(exception))
        {
            return EditErrors.StoreUnavailable;
        }
    }

    private sealed class ClientRow
    {
        public long ClientId { get; init; }
        public Guid UserId { get; init; }
    }
}
