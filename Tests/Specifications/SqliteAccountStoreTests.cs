using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Persistence.Relational;

namespace CollabHub.Tests.Specifications;

public class SqliteUserStoreTests : UserStoreSpecification
{
    protected override IUserStore CreateStore(Scope scope) => new UserStore(scope.Db);
}

public class SqliteRefreshTokenStoreTests : RefreshTokenStoreSpecification
{
    protected override IRefreshTokenStore CreateStore(Scope scope) => new RefreshTokenStore(scope.Db);

    protected override IUserStore CreateUsers(Scope scope) => new UserStore(scope.Db);
}

public class SqliteOneTimeTokenStoreTests : OneTimeTokenStoreSpecification
{
    protected override IOneTimeTokenStore CreateStore(Scope scope) => new OneTimeTokenStore(scope.Db);

    protected override IUserStore CreateUsers(Scope scope) => new UserStore(scope.Db);
}

public class SqliteAuditLogTests : AuditLogSpecification
{
    protected override IAuditLog CreateLog(Scope scope) => new AuditLog(scope.Db, TimeProvider.System);
}
