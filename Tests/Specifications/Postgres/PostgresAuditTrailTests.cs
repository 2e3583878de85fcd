using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;

namespace CollabHub.Tests.Specifications.Postgres;

public class PostgresAuditTrailTests : AuditTrailSpecification
{
    protected override IReadOnlyList<string> DisarmSql { get; } = ["drop trigger audit_logs_append_only on audit_logs"];

    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}
