using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Tests.Specifications.Teams;

namespace CollabHub.Tests.Specifications.Postgres;

public sealed class PostgresInvitationStoreTests : InvitationStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class PostgresMemberStoreTests : MemberStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class PostgresParticipantStoreTests : ParticipantStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class PostgresPeopleTests : PeopleSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class PostgresSessionStoreTests : SessionStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}

public sealed class PostgresWorkspaceStoreTests : WorkspaceStoreSpecification
{
    protected override IRelationalDatabase Create(string directory) => new PostgresDatabase(PostgresServer.Shared.NewDatabase());
}
