using Npgsql;
using NpgsqlTypes;

namespace CollabHub.Persistence.Relational.Postgres;

/// <summary>The rows of a group, column by column, as <c>unnest</c> takes them.</summary>
internal sealed class AppendedRows
{
    private readonly List<Guid> _files = [];
    private readonly List<long> _numbers = [];
    private readonly List<Guid> _batches = [];
    private readonly List<Guid?> _users = [];
    private readonly List<byte[]> _payloads = [];
    private readonly List<long> _checksums = [];
    private readonly List<Guid> _clientFiles = [];
    private readonly List<long> _clients = [];
    private readonly List<Guid> _owners = [];

    public int Count => _files.Count;

    public int ClientCount => _clients.Count;

    /// <summary>Adds the records of an append, the first with number <paramref name="seq"/>, and the client ids it brings.</summary>
    public void Add(LogAppend append, long seq)
    {
        var file = append.File.Value;
        foreach (var record in append.Records)
        {
            var payload = record.Update.ToArray();
            _files.Add(file);
            _numbers.Add(seq);
            _batches.Add(record.BatchId);
            _users.Add(record.User?.Value);
            _payloads.Add(payload);
            _checksums.Add(RecordChecksum.Of(file, seq, payload));
            seq++;
        }
        foreach (var owner in append.Clients)
        {
            _clientFiles.Add(file);
            _clients.Add(owner.ClientId);
            _owners.Add(owner.User.Value);
        }
    }

    /// <summary>The statement that inserts all records.</summary>
    public NpgsqlBatchCommand Records(string sql, DateTimeOffset now) => new(sql)
    {
        Parameters =
        {
            Column(_files, NpgsqlDbType.Uuid),
            Column(_numbers, NpgsqlDbType.Bigint),
            Column(_batches, NpgsqlDbType.Uuid),
            Column(_users, NpgsqlDbType.Uuid),
            Column(_payloads, NpgsqlDbType.Bytea),
            Column(_checksums, NpgsqlDbType.Bigint),
            new() { Value = now.ToUniversalTime() },
        },
    };

    /// <summary>The statement that inserts all owners of client ids.</summary>
    public NpgsqlBatchCommand Clients(string sql) => new(sql)
    {
        Parameters = { Column(_clientFiles, NpgsqlDbType.Uuid), Column(_clients, NpgsqlDbType.Bigint), Column(_owners, NpgsqlDbType.Uuid) },
    };

    private static NpgsqlParameter Column<T>(List<T> values, NpgsqlDbType type) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
