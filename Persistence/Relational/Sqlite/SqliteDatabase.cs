using System.Data;
using System.Data.Common;
using System.Globalization;
using DbUp;
using Microsoft.Data.Sqlite;

namespace CollabHub.Persistence.Relational.Sqlite;

/// <summary>The embedded database: one file in WAL mode, every commit synced to disk before it returns.</summary>
public sealed class SqliteDatabase : IRelationalDatabase, IDisposable
{
    // Guards the one write transaction that SQLite allows at a time.
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly string _connectionString;

    /// <param name="path">The database file; its directory must exist.</param>
    public SqliteDatabase(string path)
    {
        DapperSetup.Apply();
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            Pooling = true,
            DefaultTimeout = 5,
        }.ToString();
    }

    /// <inheritdoc/>
    public string Name => "SQLite";

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(ct);
            await using var pragma = connection.CreateCommand();
            pragma.CommandText = "pragma journal_mode = wal; pragma synchronous = full;";
            await pragma.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> EnterWriteAsync(CancellationToken ct)
    {
        await _writer.WaitAsync(ct);
        return new Turn(_writer);
    }

    /// <inheritdoc/>
    public ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new ValueTask<DbTransaction>(((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false));
    }

    /// <inheritdoc/>
    public bool IsUnavailable(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode:
            5 /* BUSY */ or 6 /* LOCKED */ or 8 /* READONLY */ or 10 /* IOERR */ or 11 /* CORRUPT */ or 13 /* FULL */ or 14 /* CANTOPEN */ or 26 /* NOTADB */
    };

    /// <inheritdoc/>
    public bool IsUniqueViolation(Exception exception) => exception is SqliteException
    {
        SqliteExtendedErrorCode: 2067 /* CONSTRAINT_UNIQUE */ or 1555 /* CONSTRAINT_PRIMARYKEY */
    };

    /// <inheritdoc/>
    public bool IsConflict(Exception exception) => false;

    /// <inheritdoc/>
    public string Json(string parameter) => "@" + parameter;

    /// <inheritdoc/>
    public string Address(string parameter) => "@" + parameter;

    /// <inheritdoc/>
    public string? HoldSql => null;

    /// <inheritdoc/>
    public void Migrate()
    {
        var result = DeployChanges.To
            .SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteDatabase).Assembly, name => name.Contains(".Migrations.Sqlite.", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Migration {result.ErrorScript?.Name} of {Path} failed."), result.Error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        private SemaphoreSlim? _writer = writer;

        public void Dispose() => Interlocked.Exchange(ref _writer, null)?.Release();
    }
}
