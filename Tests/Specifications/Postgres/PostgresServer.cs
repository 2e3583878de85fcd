using System.Diagnostics;
using System.Globalization;
using CollabHub.Persistence.Relational.Postgres;
using Npgsql;

namespace CollabHub.Tests.Specifications.Postgres;

/// <summary>
/// A private Postgres on a Unix socket in a directory of its own, with fsync on. It ends with its owner, however that ends: the shell
/// that watches over it reads from this process.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // $1: directory of the programs, $2: working directory. The server is started again when it ends, unless a file "down" is there.
    private const string Watch = """
        ( until "$1/postgres" -D "$2/data" >> "$2/log" 2>&1; do sleep 0.1; while [ -e "$2/down" ]; do sleep 0.1; done; done ) &
        loop=$!
        cat > /dev/null
        kill "$loop"
        "$1/pg_ctl" -D "$2/data" stop -m immediate -w -t 10 > /dev/null 2>&1
        rm -rf "$2"
        """;

    private static readonly Lazy<PostgresServer> TheOne = new(() => new PostgresServer());

    private readonly string _programs = PostgresPrograms.Find();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-pg-");
    private readonly Process _watch;
    private int _databases;

    public PostgresServer()
    {
        PostgresPrograms.GiveAway(_directory);
        PostgresPrograms.Run(_programs + "/initdb", "-D", Data, "-U", "collabhub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        File.AppendAllText(Path.Combine(Data, "postgresql.conf"), $"""

            listen_addresses = ''
            unix_socket_directories = '{_directory.FullName}'
            max_connections = 400
            shared_buffers = 64MB
            fsync = on

            """);
        _watch = PostgresPrograms.Start("/bin/sh", "-c", Watch, "watch", _programs, _directory.FullName);
        AwaitAnswer();
        Execute("create database empty");
        using var empty = new PostgresDatabase(ConnectionString("empty"));
        empty.Migrate();
    }

    /// <summary>The server of this test run; started at the first use.</summary>
    public static PostgresServer Shared => TheOne.Value;

    private string Data => Path.Combine(_directory.FullName, "data");

    /// <summary>A connection string to a new database with the schema and nothing in it.</summary>
    public string NewDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        Execute($"create database {name} template empty");
        return ConnectionString(name);
    }

    /// <summary>A connection string to a new database without a schema.</summary>
    public string NewBareDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        Execute($"create database {name}");
        return ConnectionString(name);
    }

    /// <summary>Kills the server as <c>kill -9</c> does; it stays down until <see cref="StartAgain"/>.</summary>
    public void Kill()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "down"), "");
        using var server = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture));
        server.Kill();
    }

    /// <summary>Brings the server back; returns when it has recovered.</summary>
    public void StartAgain()
    {
        File.Delete(Path.Combine(_directory.FullName, "down"));
        AwaitAnswer();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _directory.FullName, Username = "collabhub", Database = database, MaxPoolSize = 60,
    }.ConnectionString;

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private void AwaitAnswer()
    {
        if (SpinWait.SpinUntil(Answers, TimeSpan.FromSeconds(90))) return;
        throw new InvalidOperationException("Postgres did not start: " + File.ReadAllText(Path.Combine(_directory.FullName, "log")));
    }

    private bool Answers() => PostgresPrograms.TryRun(_programs + "/pg_isready", "-q", "-h", _directory.FullName, "-t", "2");
}
