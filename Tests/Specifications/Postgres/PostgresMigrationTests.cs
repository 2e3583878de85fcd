using System.Data.Common;
using System.Text.RegularExpressions;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;

namespace CollabHub.Tests.Specifications.Postgres;

public partial class PostgresMigrationTests
{
    [Fact]
    public async Task Nodes_that_start_at_once_bring_an_empty_database_to_the_schema_once()
    {
        var connection = PostgresServer.Shared.NewBareDatabase();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var node = new PostgresDatabase(connection);
            node.Migrate();
        })));
        using var database = new PostgresDatabase(connection);
        await using var session = new DbSession(database);
        var applied = await session.QueryAsync<string>("select scriptname from schemaversions order by schemaversionsid", null, default);
        Assert.Equal(Scripts("Postgres").Select(script => "CollabHub.Persistence.Relational.Migrations.Postgres." + script), applied);
        Assert.Equal(0, await session.FindAsync<long>("select count(*) from users", null, default));
    }

    [Fact]
    public async Task Both_engines_have_the_same_scripts_tables_columns_checks_and_indexes()
    {
        Assert.Equal(Scripts("Sqlite"), Scripts("Postgres"));
        foreach (var script in Scripts("Postgres")) Assert.Equal(await SkeletonAsync("Sqlite", script), await SkeletonAsync("Postgres", script));
    }

    [Theory]
    [InlineData("update audit_logs set action = 'x'")]
    [InlineData("delete from audit_logs")]
    [InlineData("truncate audit_logs")]
    public async Task The_audit_log_refuses_what_is_not_an_insert(string change)
    {
        using var database = new PostgresDatabase(PostgresServer.Shared.NewDatabase());
        await using var session = new DbSession(database);
        const string insert = """
            insert into audit_logs (action, resource_type, resource_id, timestamp, prev_hash, hash) values ('a', 'b', 'c', now(), 'd', 'e')
            """;
        await session.ExecuteAsync(insert, null, default);
        await Assert.ThrowsAnyAsync<DbException>(() => session.ExecuteAsync(change, null, default));
        Assert.Equal(1, await session.FindAsync<long>("select count(*) from audit_logs where action = 'a'", null, default));
    }

    [Fact]
    public async Task A_commit_is_synced_whatever_the_servers_default_is()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        using var database = new PostgresDatabase(connection);
        await using (var session = new DbSession(database))
        {
            await session.ExecuteAsync("do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$", null, default);
        }
        using var later = new PostgresDatabase(connection);
        await using var again = new DbSession(later);
        Assert.Equal("on", await again.FindAsync<string>("select current_setting('synchronous_commit')", null, default));
    }

    private static string[] Scripts(string engine)
    {
        var prefix = $"CollabHub.Persistence.Relational.Migrations.{engine}.";
        return [.. Names().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).Order(StringComparer.Ordinal)];
    }

    private static string[] Names() => typeof(DbSession).Assembly.GetManifestResourceNames();

    // What is left of a script without types, comments and the triggers, which each engine writes its own way.
    private static async Task<string> SkeletonAsync(string engine, string script)
    {
        using var stream = typeof(DbSession).Assembly.GetManifestResourceStream($"CollabHub.Persistence.Relational.Migrations.{engine}.{script}")!;
        using var reader = new StreamReader(stream);
        var text = Own().Replace(await reader.ReadToEndAsync(), "");
        return Blanks().Replace(Defaults().Replace(Types().Replace(text, ""), "").ReplaceLineEndings(" "), "").Trim();
    }

    [GeneratedRegex(@"--.*|create (function[\s\S]*?\$\$;|trigger.*)|strict| = 1\b|autoincrement|generated always as identity")]
    private static partial Regex Own();

    [GeneratedRegex(@"\b(text|integer|bigint|boolean|uuid|timestamptz|jsonb|inet|bytea|blob)\b")]
    private static partial Regex Types();

    [GeneratedRegex(@"default (0|1|true|false)")]
    private static partial Regex Defaults();

    [GeneratedRegex(@"\s+(?=[,);])|(?<=\s)\s+")]
    private static partial Regex Blanks();
}
