using CollabHub.Domain.Access;
using CollabHub.Domain.Storage;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Storage;

/// <summary>The embedded stores.</summary>
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
        builder.Services.AddDataProtection()
            .SetApplicationName("CollabHub")
            .PersistKeysToFileSystem(new DirectoryInfo(directory.Folder("keys")));
        // The keys lie as safe as the database beside them; saying so at every start helps nobody.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>The database of this node, migrated before anything else uses it, and what every use case needs of it.</summary>
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddSingleton<IRelationalDatabase>(services => Open(services.GetRequiredService<DataDirectory>()["collabhub.db"]))
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

    private static SqliteDatabase Open(string path)
    {
        var database = new SqliteDatabase(path);
        try
        {
            database.Migrate();
            return database;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.Data.Common.DbException)
        {
            database.Dispose();
            var cause = exception.GetBaseException().Message;
            throw new StartRefusedException([$"Data:Directory: the database {path} cannot be opened: {cause}"]);
        }
    }
}
