using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Workspaces;
using CollabHub.Persistence.Relational;
using CollabHub.Persistence.Relational.Sqlite;

namespace CollabHub.Tests.Specifications.Teams;

/// <summary>A database of its own for each test, with a few people and things in it.</summary>
public abstract class RelationalSpecification : IAsyncLifetime
{
    /// <summary>When everything in the tests begins.</summary>
    protected static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-spec-");
    private int _made;

    /// <summary>The engine under test.</summary>
    protected IRelationalDatabase Database { get; private set; } = null!;

    /// <summary>A scope on it.</summary>
    protected DbSession Db { get; private set; } = null!;

    /// <summary>An engine in an empty directory.</summary>
    protected abstract IRelationalDatabase Create(string directory);

    public Task InitializeAsync()
    {
        Database = Create(_directory.FullName);
        Database.Migrate();
        Db = new DbSession(Database);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await Db.DisposeAsync();
        (Database as IDisposable)?.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A registered person, or a guest without an address.</summary>
    protected async Task<UserId> PersonAsync(string name, bool guest = false)
    {
        var id = new UserId(Guid.CreateVersion7());
        const string sql = """
            insert into users (user_id, email, password_hash, username, first_name, email_verified, is_active, created_at, updated_at)
            values (@id, @email, @hash, @name, @firstName, false, true, @now, @now)
            """;
        await Db.ExecuteAsync(
            sql, new { id = id.Value, email = guest ? null : $"{name}@example.org", hash = guest ? null : "x", name, firstName = guest ? name : null, now = Start }, default);
        return id;
    }

    /// <summary>A workspace of that owner; each is a minute younger than the one before.</summary>
    protected async Task<Workspace> WorkspaceAsync(UserId owner, string name = "Rocket")
    {
        var at = Next();
        var workspace = new Workspace(
            new WorkspaceId(Guid.CreateVersion7()), name, "About it", owner, false, true, WorkspaceStatus.Active, at, at, at);
        await new WorkspaceStore(Db).AddAsync(workspace, default);
        return workspace;
    }

    /// <summary>A session of that owner, with its participant row.</summary>
    protected async Task<Session> SessionAsync(WorkspaceId workspace, UserId owner, string name = "Pairing")
    {
        var at = Next();
        var session = new Session(
            new SessionId(Guid.CreateVersion7()), workspace, name, "What for", "python", "flask", true, owner, SessionStatus.Active, at, at, at);
        await new SessionStore(Db).AddAsync(session, default);
        await new ParticipantStore(Db).AddAsync(Guid.CreateVersion7(), session.Id, owner, Role.Owner, at, default);
        return session;
    }

    /// <summary>The next minute.</summary>
    protected DateTimeOffset Next() => Start.AddMinutes(++_made);

    /// <summary>The embedded engine.</summary>
    protected static IRelationalDatabase Sqlite(string directory) => new SqliteDatabase(Path.Combine(directory, "collabhub.db"));
}
