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
    private readonly HashSet<string> _held = [];
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
        var rows = (await _connection!.QueryAsync<T>(command)).AsList();
        await ReleaseAsync();
        return rows;
    }

    /// <summary>The only row of a query, or null.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? args, CancellationToken ct)
    {
        var command = await CommandAsync(sql, args, ct);
        var row = await _connection!.QuerySingleOrDefaultAsync<T>(command);
        await ReleaseAsync();
        return row;
    }

    /// <summary>Executes a statement; answers the number of rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct)
    {
        var command = await CommandAsync(sql, args, ct);
        var touched = await _connection!.ExecuteAsync(command);
        await ReleaseAsync();
        return touched;
    }

    /// <summary>
    /// Keeps other transactions that want the same thing waiting until this one has ended, so that what it reads of the thing from here
    /// on is still so when it writes. Outside of a transaction there is nothing to keep: it does nothing.
    /// </summary>
    /// <param name="what">The sort of thing, such as <c>workspace</c>.</param>
    /// <param name="id">Which one.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task HoldAsync(string what, Guid id, CancellationToken ct)
    {
        if (_transaction is null || database.HoldSql is not { } sql) return;
        var key = $"{what}:{id}";
        if (_held.Add(key)) await ExecuteAsync(sql, new { key }, ct);
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
            _held.Clear();
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
                await ReleaseAsync();
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
    public ValueTask DisposeAsync() => ReleaseAsync();

    // Kept for a transaction only: a scope that goes on to wait for something else that needs a connection must not sit on one.
    private async ValueTask ReleaseAsync()
    {
        if (_connection is null || _transaction is not null) return;
        var done = _connection;
        _connection = null;
        await done.DisposeAsync();
    }

    private async ValueTask<CommandDefinition> CommandAsync(string sql, object? args, CancellationToken ct)
    {
        _connection ??= await database.OpenAsync(ct);
        return new CommandDefinition(sql, args, _transaction, cancellationToken: ct);
    }
}
