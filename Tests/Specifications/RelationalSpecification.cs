using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;

namespace CollabHub.Tests.Specifications;

/// <summary>A migrated, empty relational database for each test.</summary>
public abstract class RelationalSpecification : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-spec-");
    private IRelationalDatabase? _database;

    /// <summary>One scope's connection, as a use case has it.</summary>
    public sealed class Scope(IRelationalDatabase database) : IAsyncDisposable
    {
        public DbSession Db { get; } = new(database);

        public ValueTask DisposeAsync() => Db.DisposeAsync();
    }

    public void Dispose()
    {
        (_database as IDisposable)?.Dispose();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The engine under test, without a schema, in an empty directory.</summary>
    protected virtual IRelationalDatabase Create(string directory) => new SqliteDatabase(Path.Combine(directory, "collabhub.db"));

    protected IRelationalDatabase OpenDatabase()
    {
        if (_database is null)
        {
            _database = Create(_directory.FullName);
            _database.Migrate();
        }
        return _database;
    }

    protected Scope NewScope() => new(OpenDatabase());

    protected static Task<T> WriteAsync<T>(Scope scope, Func<CancellationToken, Task<T>> work) =>
        ((IUnitOfWork)scope.Db).RunAsync(work, commit: _ => true, default);
}
