using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;

namespace CollabHub.Tests.Specifications;

public class SqliteMigrationTests
{
    [Fact]
    public async Task A_new_database_gets_every_table_and_a_second_start_changes_nothing()
    {
        var directory = Directory.CreateTempSubdirectory("collabhub");
        using var database = new SqliteDatabase(Path.Combine(directory.FullName, "collabhub.db"));
        database.Migrate();
        database.Migrate();
        await using var session = new DbSession(database);
        var tables = await session.QueryAsync<string>("select name from sqlite_master where type = 'table'", null, default);
        Assert.Superset(
            new HashSet<string>
            {
                "users", "workspaces", "workspace_permissions", "workspace_invitations", "sessions", "session_participants",
                "session_invitations", "deployments", "deployment_participants", "past_deployments", "audit_logs",
                "refresh_tokens", "user_sessions", "files", "file_updates", "file_snapshots", "file_versions", "file_clients",
                "one_time_tokens", "idempotency_keys", "outbox", "document_heads", "workspace_tags", "mongo_workspaces", "data_protection_keys",
            },
            tables.ToHashSet());
    }
}
