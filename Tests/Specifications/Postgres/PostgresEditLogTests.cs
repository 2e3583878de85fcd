using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using Npgsql;

namespace CollabHub.Tests.Specifications.Postgres;

/// <summary>The log on Postgres.</summary>
public sealed class PostgresEditLogTests : EditLogSpecification, IDisposable
{
    private readonly string _connection = PostgresServer.Shared.NewDatabase();
    private readonly PostgresDatabase _database;

    public PostgresEditLogTests() => _database = new PostgresDatabase(_connection);

    protected override IRelationalDatabase Database => _database;

    [Fact]
    public async Task An_append_and_its_repetition_at_the_same_moment_store_it_once()
    {
        await using var one = CreateLog();
        await using var two = CreateLog();
        for (var round = 1; round <= 50; round++)
        {
            NewRecord[] records = [new(Guid.CreateVersion7(), Ada, new[] { (byte)round })];
            var answers = await Task.WhenAll(
                one.AppendAsync(File, records, [], isRetry: false, default), two.AppendAsync(File, records, [], isRetry: true, default));
            Assert.Equal([round, round], answers.Select(answer => answer.Value));
        }
        Assert.Equal(50, (await one.LoadAsync(File, default)).Value.Tail.Count);
    }

    [Fact]
    public async Task A_read_only_server_is_an_unavailable_one_and_is_used_again_when_it_takes_writes()
    {
        await using var log = CreateLog();
        await SetReadOnlyAsync(true);
        NewRecord[] records = [new(Guid.CreateVersion7(), Ada, new byte[] { 1 })];
        await Eventually.TrueAsync(async () =>
        {
            Assert.Equal("store.unavailable", (await log.AppendAsync(File, records, [], isRetry: true, default)).Error?.Code);
            return Observer.Told.Contains("unavailable 25006", StringComparison.Ordinal);
        });
        await SetReadOnlyAsync(false);
        await Eventually.TrueAsync(async () => (await log.AppendAsync(File, records, [], isRetry: true, default)).Error is null);
        Assert.Equal(1, (await log.HeadAsync(File, default)).Value);
    }

    [Fact]
    public async Task A_node_that_vanishes_in_the_middle_of_a_transaction_holds_nobody_up_for_longer_than_its_lease()
    {
        await using var log = CreateLog();
        NewRecord[] records = [new(Guid.CreateVersion7(), Ada, new byte[] { 1 })];
        using var elsewhere = new PostgresDatabase(_connection);
        await using var vanished = await elsewhere.OpenAsync(default);
        await using var transaction = await elsewhere.BeginWriteAsync(vanished, default);
        await using (var hold = vanished.CreateCommand())
        {
            (hold.Transaction, hold.CommandText) = (transaction, $"update files set updated_at = updated_at where file_id = '{File.Value}'");
            Assert.Equal(1, await hold.ExecuteNonQueryAsync());
        }
        var appended = await log.AppendAsync(File, records, [], isRetry: false, default);
        Assert.Null(appended.Error);
        var woken = await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync());
        Assert.True(elsewhere.IsUnavailable(woken), $"{woken}");
    }

    public void Dispose() => _database.Dispose();

    // The default of a database is read by new connections, so the present ones are ended.
    private async Task SetReadOnlyAsync(bool readOnly)
    {
        await using var connection = new NpgsqlConnection(_connection + ";Pooling=false;Options=-c default_transaction_read_only=off");
        await connection.OpenAsync();
        string[] steps =
        [
            $"alter database {connection.Database} set default_transaction_read_only = {(readOnly ? "on" : "off")}",
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        ];
        foreach (var step in steps)
        {
            await using var command = new NpgsqlCommand(step, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
