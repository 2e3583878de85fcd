using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;

namespace CollabHub.Tests.Specifications.Postgres;

/// <summary>The log on Postgres.</summary>
public sealed class PostgresEditLogTests : EditLogSpecification, IDisposable
{
    private readonly PostgresDatabase _database = new(PostgresServer.Shared.NewDatabase());

    protected override IRelationalDatabase Database => _database;

    public void Dispose() => _database.Dispose();
}
