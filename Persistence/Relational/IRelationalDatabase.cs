using System.Data.Common;

namespace CollabHub.Persistence.Relational;

/// <summary>The relational engine behind the stores; what differs between engines is here and nowhere else.</summary>
public interface IRelationalDatabase
{
    /// <summary>What operators call the engine, such as <c>SQLite</c>.</summary>
    string Name { get; }

    /// <summary>An open connection, pooled; the caller disposes it.</summary>
    ValueTask<DbConnection> OpenAsync(CancellationToken ct);

    /// <summary>
    /// Waits until this process may start a write transaction; dispose the answer after commit or rollback.
    /// SQLite has one writer, so waiting here is cheaper than being refused there; Postgres lets everyone in at once.
    /// </summary>
    ValueTask<IDisposable> EnterWriteAsync(CancellationToken ct);

    /// <summary>Begins a transaction that may write.</summary>
    ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken ct);

    /// <summary>Whether the exception says that the engine cannot do it right now (down, disk full, I/O error, deadlock), not that the statement is wrong.</summary>
    bool IsUnavailable(Exception exception);

    /// <summary>Whether the exception is a violated unique constraint.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>Whether the transaction only lost against another one, so that the very same work may succeed when it is run again.</summary>
    bool IsConflict(Exception exception);

    /// <summary>A JSON parameter in SQL text: <c>@name</c>, with a cast where the engine wants one.</summary>
    string Json(string parameter);

    /// <summary>An IP address parameter in SQL text, given as text.</summary>
    string Address(string parameter);

    /// <summary>
    /// The statement that keeps <c>@key</c> (text) for the transaction it runs in, waiting while another one has it; null where there
    /// is one writer anyway.
    /// </summary>
    string? HoldSql { get; }

    /// <summary>Brings the schema up to date; forward only, one node at a time. Throws when a script fails.</summary>
    void Migrate();
}
