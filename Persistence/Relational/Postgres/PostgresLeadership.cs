using System.Data.Common;
using CollabHub.Domain.Deployments;
using Dapper;

namespace CollabHub.Persistence.Relational.Postgres;

/// <summary>
/// One of several nodes carries deployments out: the one whose connection holds an advisory lock. The lock goes with the connection, so a
/// node that dies or loses the database gives it up without a word.
/// </summary>
public sealed class PostgresLeadership(PostgresDatabase database) : IDeploymentLeadership, IAsyncDisposable
{
    private const string LockSql = "select pg_try_advisory_lock(hashtextextended('collabhub deployments', 0))";
    private const string UnlockSql = "select pg_advisory_unlock_all()";
    private const string AliveSql = "select true";

    private DbConnection? _holding;

    /// <inheritdoc/>
    public async ValueTask<bool> IsMineAsync(CancellationToken ct)
    {
        try
        {
            if (_holding is { } held) return await held.ExecuteScalarAsync<bool>(new CommandDefinition(AliveSql, cancellationToken: ct));
            var connection = await database.OpenAsync(ct);
            _holding = connection;
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(LockSql, cancellationToken: ct))) return true;
            await DisposeAsync();
            return false;
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            await DisposeAsync();
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var held = _holding;
        _holding = null;
        if (held is null) return;
        try
        {
            // The pool keeps the connection open, and with it the lock.
            await held.ExecuteAsync(UnlockSql);
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            // Then it is gone, and the lock with it.
        }
        await held.DisposeAsync();
    }
}
