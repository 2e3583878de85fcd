using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;

namespace CollabHub.Tests.Specifications.Postgres;

public class PostgresUserStoreTests : UserStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());

    protected override IUserStore CreateStore(Scope scope) => new UserStore(scope.Db);
}

public class PostgresRefreshTokenStoreTests : RefreshTokenStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());

    protected override IRefreshTokenStore CreateStore(Scope scope) => new RefreshTokenStore(scope.Db);

    protected override IUserStore CreateUsers(Scope scope) => new UserStore(scope.Db);
}

public class PostgresOneTimeTokenStoreTests : OneTimeTokenStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());

    protected override IOneTimeTokenStore CreateStore(Scope scope) => new OneTimeTokenStore(scope.Db);

    protected override IUserStore CreateUsers(Scope scope) => new UserStore(scope.Db);
}

public class PostgresAuditLogTests : AuditLogSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());

    protected override IAuditLog CreateLog(Scope scope) => new AuditLog(scope.Db, TimeProvider.System);
}
