using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;

namespace CollabHub.Tests.Specifications;

/// <summary>A migrated, empty relational database for each test.</summary>
public abstract class RelationalSpecification : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-spec-");
    private SqliteDatabase? _database;

    /// <summary>One scope's connection, as a use case has it.</summary>
    public sealed class Scope(IRelationalDatabase database) : IAsyncDisposable
    {
        public DbSession Db { get; } = new(database);

        public ValueTask DisposeAsync() => Db.DisposeAsync();
    }

    public void Dispose()
    {
        _database?.Dispose();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual IRelationalDatabase OpenDatabase()
    {
        if (_database is null)
        {
            _database = new SqliteDatabase(Path.Combine(_directory.FullName, "collabhub.db"));
            _database.Migrate();
        }
        return _database;
    }

    protected Scope NewScope() => new(OpenDatabase());

    protected static Task<T> WriteAsync<T>(Scope scope, Func<CancellationToken, Task<T>> work) =>
        ((IUnitOfWork)scope.Db).RunAsync(work, commit: _ => true, default);
}
