using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Persistence.Relational.Sqlite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace CollabHub.Hubs.Storage;

/// <summary>The stores of this node: the embedded ones, or the servers that connection strings name.</summary>
public static class StorageRegistration
{
    /// <summary>Takes the data directory and keeps the server's own keys in it.</summary>
    public static void AddDataDirectory(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var directory = DataDirectory.Take(settings.Data.Directory);
        // Through a factory, so that the container disposes it, last of all.
        builder.Services.AddSingleton(_ => directory);
        var keys = builder.Services.AddDataProtection().SetApplicationName("CollabHub");
        if (settings.ConnectionStrings.Postgres is null) keys.PersistKeysToFileSystem(new DirectoryInfo(directory.Folder("keys")));
        else builder.Services.AddOptions<KeyManagementOptions>().Configure<IRelationalDatabase, TimeProvider>(
            (options, database, clock) => options.XmlRepository = new RelationalKeyRing(new KeyRingStore(database, clock), new DirectoryInfo(directory["keys"])));
        // The keys lie as safe as the database beside them; saying so at every start helps nobody.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>The database of this node, migrated before anything else uses it, and what every use case needs of it.</summary>
    public static void AddDatabase(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services
            .AddSingleton(services => settings.ConnectionStrings.Postgres is { } postgres
                ? OpenPostgres(postgres)
                : OpenSqlite(services.GetRequiredService<DataDirectory>()["collabhub.db"]))
            .AddScoped<DbSession>()
            .AddScoped<IUnitOfWork>(services => services.GetRequiredService<DbSession>())
            .AddScoped<IAccessStore, AccessStore>()
            .AddScoped<AccessGuard>();
    }

    /// <summary>Opens the stores now rather than at the first request.</summary>
    public static void OpenStores(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<IRelationalDatabase>();
    }

    private static IRelationalDatabase OpenSqlite(string path)
    {
        var database = new SqliteDatabase(path);
        return Migrated(database, database, $"Data:Directory: the database {path} cannot be opened");
    }

    private static IRelationalDatabase OpenPostgres(string connectionString)
    {
        var database = new PostgresDatabase(connectionString);
        return Migrated(database, database, "ConnectionStrings:Postgres: the database cannot be opened");
    }

    private static IRelationalDatabase Migrated(IRelationalDatabase database, IDisposable owned, string problem)
    {
        try
        {
            database.Migrate();
            return database;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.Data.Common.DbException)
        {
            owned.Dispose();
            throw new StartRefusedException([$"{problem}: {exception.GetBaseException().Message}"]);
        }
    }
}
