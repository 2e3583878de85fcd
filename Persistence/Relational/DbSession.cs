using System.Data.Common;
using CollabHub.Domain.Storage;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>
/// One scope's connection and, while a use case writes, its transaction. Every store of the scope works through it, so that
/// what a use case writes commits together. Not safe for concurrent use: one scope is one logical caller.
/// </summary>
public sealed class DbSession(IRelationalDatabase database) : IUnitOfWork, IAsyncDisposable
{
    private readonly List<Action> _afterCommit = [];
    private DbConnection? _connection;
    private DbTransaction? _transaction;

    /// <summary>The engine, for what differs between engines.</summary>
    public IRelationalDatabase Database => database;

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => _transaction is not null;

    /// <summary>All rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var command = await CommandAsync(sql, args, ct);
        return (await _connection!.QueryAsync<T>(command)).AsList();
    }

    /// <summary>The only row of a query, or null.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var command = await CommandAsync(sql, args, ct);
        return await _connection!.QuerySingleOrDefaultAsync<T>(command);
    }

    /// <summary>Executes a statement; answers the number of rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct)
    {
        var command = await CommandAsync(sql, args, ct);
        return await _connection!.ExecuteAsync(command);
    }

    /// <inheritdoc/>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool> commit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(commit);
        if (_transaction is not null) throw new InvalidOperationException("A unit of work is already running in this scope.");
        T value;
        using (await database.EnterWriteAsync(ct))
        {
            _afterCommit.Clear();
            _connection ??= await database.OpenAsync(ct);
            _transaction = await database.BeginWriteAsync(_connection, ct);
            try
            {
                value = await work(ct);
                if (!commit(value))
                {
                    await _transaction.RollbackAsync(CancellationToken.None);
                    return value;
                }
                await _transaction.CommitAsync(CancellationToken.None);
            }
            finally
            {
                await _transaction.DisposeAsync();
                _transaction = null;
            }
        }
        foreach (var action in _afterCommit) action();
        _afterCommit.Clear();
        return value;
    }

    /// <inheritdoc/>
    public void AfterCommit(Action action)
    {
        if (_transaction is null) throw new InvalidOperationException("No unit of work is running in this scope.");
        _afterCommit.Add(action);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = null;
    }

    private async ValueTask<CommandDefinition> CommandAsync(string sql, object? args, CancellationToken ct)
    {
        _connection ??= await database.OpenAsync(ct);
        return new CommandDefinition(sql, args, _transaction, cancellationToken: ct);
    }
}
