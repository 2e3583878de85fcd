using System.Data.Common;

namespace CollabHub.Persistence.Relational;

/// <summary>The relational engine behind the stores; what differs between engines is here and nowhere else.</summary>
public interface IRelationalDatabase
{
    /// <summary>An open connection, pooled; the caller disposes it.</summary>
    ValueTask<DbConnection> OpenAsync(CancellationToken ct);

    /// <summary>
    /// Waits until this process may start a write transaction; dispose the answer after commit or rollback.
    /// SQLite has one writer, so waiting here is cheaper than being refused there; Postgres lets everyone in at once.
    /// </summary>
    ValueTask<IDisposable> EnterWriteAsync(CancellationToken ct);

    /// <summary>Begins a transaction that may write.</summary>
    ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken ct);

    /// <summary>Whether the exception says that the engine cannot be used right now (down, disk full, I/O error), not that the statement is wrong.</summary>
    bool IsUnavailable(Exception exception);

    /// <summary>Whether the exception is a violated unique constraint.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>A JSON parameter in SQL text: <c>@name</c>, with a cast where the engine wants one.</summary>
    string Json(string parameter);

    /// <summary>Brings the schema up to date; forward only, one node at a time. Throws when a script fails.</summary>
    void Migrate();
}
