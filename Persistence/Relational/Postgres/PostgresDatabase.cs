using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using DbUp;
using Npgsql;

namespace CollabHub.Persistence.Relational.Postgres;

/// <summary>A Postgres server: pooled connections, every commit synced to its log before it returns, writers side by side.</summary>
public sealed class PostgresDatabase : IRelationalDatabase, IGroupAppender, IDisposable
{
    // "CollabHu" in ASCII: the lock of whoever migrates.
    private const long MigrationLock = 0x436F_6C6C_6162_4875;

    private const int ConnectSeconds = 15;
    private const int CommandSeconds = 15;

    // Said here and not left to the server: "saved" stands on the first one. A node that stands still, or whose machine is gone without a word,
    // must not keep the locks of its transaction: the server ends it after the time after which other nodes call it gone.
    private const string SessionOptions = "-c synchronous_commit=on -c idle_in_transaction_session_timeout=5000";

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _source;

    /// <param name="connectionString">As Npgsql reads it; <see cref="ProblemOf"/> says what is wrong with one.</param>
    public PostgresDatabase(string connectionString)
    {
        DapperSetup.Apply();
        _settings = Parse(connectionString);
        _source = NpgsqlDataSource.Create(_settings);
    }

    /// <inheritdoc/>
    public string Name => "Postgres";

    /// <inheritdoc/>
    public string HoldSql => "select pg_advisory_xact_lock(hashtextextended(@key, 0))";

    /// <summary>Why a connection string cannot be used, as the end of a sentence about it; null when it can. Holds nothing of its text.</summary>
    public static string? ProblemOf(string connectionString)
    {
        try
        {
            return string.IsNullOrEmpty(Parse(connectionString).Host) ? "names no Host" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            return "is not a Postgres connection string such as Host=db;Database=collabhub;Username=collabhub;Password=...";
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenAsync(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    /// <inheritdoc/>
    public ValueTask<IDisposable> EnterWriteAsync(CancellationToken ct) => new(Everyone.Instance);

    /// <inheritdoc/>
    public ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
    }

    /// <inheritdoc/>
    public bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException refused => PostgresStates.IsUnavailable(refused.SqlState),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        NpgsqlException { IsTransient: true } => true,
        _ => false,
    };

    /// <inheritdoc/>
    public bool IsUniqueViolation(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <inheritdoc/>
    public bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
    };

    /// <inheritdoc/>
    public string Json(string parameter) => $"cast(@{parameter} as jsonb)";

    /// <inheritdoc/>
    public string Address(string parameter) => $"cast(@{parameter} as inet)";

    /// <inheritdoc/>
    public void Migrate()
    {
        // Outside of the pool: the lock belongs to the connection and goes with it.
        var alone = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString;
        using var turn = new NpgsqlConnection(alone);
        turn.Open();
        using (var wait = new NpgsqlCommand("select pg_advisory_lock($1)", turn) { Parameters = { new() { Value = MigrationLock } } })
        {
            wait.ExecuteNonQuery();
        }
        var result = DeployChanges.To
            .PostgresqlDatabase(alone)
            .WithScriptsEmbeddedInAssembly(typeof(PostgresDatabase).Assembly, name => name.Contains(".Migrations.Postgres.", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Migration {result.ErrorScript?.Name} of {_settings.Database} failed."), result.Error);
        }
    }

    /// <inheritdoc/>
    Task<Domain.Errors.Result<long>[]> IGroupAppender.AppendAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<LogAppend> group, bool mayBeThere, DateTimeOffset now) =>
        new PostgresGroupAppend((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, now).RunAsync(group, mayBeThere);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var given = new NpgsqlConnectionStringBuilder(text);
        if (!given.ContainsKey("Timeout")) given.Timeout = ConnectSeconds;
        if (!given.ContainsKey("Command Timeout")) given.CommandTimeout = CommandSeconds;
        given.ApplicationName ??= "CollabHub";
        given.Options = string.IsNullOrEmpty(given.Options) ? SessionOptions : $"{given.Options} {SessionOptions}";
        return given;
    }

    private sealed class Everyone : IDisposable
    {
        public static readonly Everyone Instance = new();

        public void Dispose()
        {
        }
    }
}
