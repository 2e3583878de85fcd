using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Persistence.Relational.Documents;

/// <summary>The table <c>mongo_workspaces</c>: the documents with their fields as columns, where no MongoDB is configured.</summary>
/// <remarks>Each call is a connection and a transaction of its own, as it is with a server elsewhere: never call it inside of one.</remarks>
public sealed class RelationalWorkspaceDocuments(IRelationalDatabase database, IDocumentObserver observer) : IWorkspaceDocuments
{
    private const int ObjectIdBytes = 12;

    private const string FindSql = """
        select _id as id, ws_id, owner_id, name, settings, files, environment, deployment, git, collaboration, tags, analytics, revision, version
        from mongo_workspaces where ws_id = @workspace and deleted = false
        """;

    private const string CountSql = "update mongo_workspaces set analytics = {0} where ws_id = @workspace";
    private const string AnalyticsSql = "select analytics from mongo_workspaces where ws_id = @workspace and deleted = false";

    private readonly string _followSql = $$"""
        insert into mongo_workspaces
            (_id, ws_id, owner_id, name, settings, files, environment, deployment, git, collaboration, tags, analytics, revision, version, deleted)
        values
            (@id, @workspace, @owner, @name, {{database.Json("empty")}}, {{database.Json("files")}}, {{database.Json("empty")}}, {{database.Json("empty")}},
             {{database.Json("empty")}}, {{database.Json("empty")}}, {{database.Json("none")}}, {{database.Json("empty")}}, @revision, 0, @deleted)
        on conflict (ws_id) do update set
            owner_id = excluded.owner_id, name = excluded.name, files = excluded.files, revision = excluded.revision, deleted = excluded.deleted
        where mongo_workspaces.revision < excluded.revision
        """;

    private readonly string _emptySql = $"""
        update mongo_workspaces set
            settings = {database.Json("empty")}, environment = {database.Json("empty")}, deployment = {database.Json("empty")}, git = {database.Json("empty")},
            collaboration = {database.Json("empty")}, tags = {database.Json("none")}, analytics = {database.Json("empty")}
        where ws_id = @workspace and deleted = true
        """;

    private readonly string _replaceSql = $"""
        update mongo_workspaces set
            settings = {database.Json("settings")}, environment = {database.Json("environment")}, deployment = {database.Json("deployment")},
            git = {database.Json("git")}, collaboration = {database.Json("collaboration")}, tags = {database.Json("tags")}, version = @version
        where ws_id = @workspace and version < @version and deleted = false
        """;

    private readonly string _countSql = CountSql.Replace("{0}", database.Json("analytics"), StringComparison.Ordinal);

    /// <inheritdoc/>
    public string Name => database.Name;

    /// <inheritdoc/>
    public Task<Result<WorkspaceDocument?>> FindAsync(WorkspaceId workspace, CancellationToken ct) => GuardAsync(async db =>
    {
        var row = await db.FindAsync<Row>(FindSql, new { workspace = workspace.Value }, ct);
        return Result<WorkspaceDocument?>.Of(row?.ToDocument());
    });

    /// <inheritdoc/>
    public Task<Result<Done>> FollowAsync(DocumentFacts facts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return WriteAsync(
            async (db, token) =>
            {
                var followed = await db.ExecuteAsync(
                    _followSql,
                    new
                    {
                        id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ObjectIdBytes)), workspace = facts.Workspace.Value, owner = facts.Owner.Value,
                        name = facts.Name, files = DocumentJson.Files(facts.Files).ToJsonString(), empty = "{}", none = "[]", revision = facts.Revision,
                        deleted = facts.IsDeleted,
                    },
                    token);
                if (followed > 0 && facts.IsDeleted) await db.ExecuteAsync(_emptySql, new { workspace = facts.Workspace.Value, empty = "{}", none = "[]" }, token);
            },
            ct);
    }

    /// <inheritdoc/>
    public Task<Result<Done>> ReplaceAsync(WorkspaceId workspace, long version, DocumentSections sections, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sections);
        var args = new
        {
            workspace = workspace.Value, version, settings = sections.Settings.ToJsonString(), environment = sections.Environment.ToJsonString(),
            deployment = sections.Deployment.ToJsonString(), git = sections.Git.ToJsonString(), collaboration = sections.Collaboration.ToJsonString(),
            tags = DocumentSections.TagsToJson(sections.Tags).ToJsonString(),
        };
        return WriteAsync((db, token) => db.ExecuteAsync(_replaceSql, args, token), ct);
    }

    /// <inheritdoc/>
    public Task<Result<Done>> CountAsync(WorkspaceId workspace, IReadOnlyDictionary<string, long> counts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return WriteAsync(
            async (db, token) =>
            {
                // What is read next is still so when it is written.
                await db.HoldAsync("analytics", workspace.Value, token);
                if (await db.FindAsync<string>(AnalyticsSql, new { workspace = workspace.Value }, token) is not { } stored) return;
                var analytics = DocumentJson.Analytics(stored);
                foreach (var (counter, by) in counts) analytics[counter] = analytics.GetValueOrDefault(counter) + by;
                await db.ExecuteAsync(_countSql, new { workspace = workspace.Value, analytics = DocumentJson.Text(analytics) }, token);
            },
            ct);
    }

    /// <inheritdoc/>
    public Task<Result<Done>> PingAsync(CancellationToken ct) => GuardAsync<Done>(async db =>
    {
        await db.FindAsync<string>(AnalyticsSql, new { workspace = Guid.Empty }, ct);
        return default(Done);
    });

    private Task<Result<Done>> WriteAsync(Func<DbSession, CancellationToken, Task> write, CancellationToken ct) => GuardAsync<Done>(async db =>
    {
        await db.RunAsync(
            async token =>
            {
                await write(db, token);
                return true;
            },
            _ => true, ct);
        return default(Done);
    });

    private async Task<Result<T>> GuardAsync<T>(Func<DbSession, Task<Result<T>>> work)
    {
        try
        {
            await using var db = new DbSession(database);
            return await work(db);
        }
        catch (System.Data.Common.DbException exception) when (database.IsUnavailable(exception))
        {
            observer.Unavailable(exception);
            return DocumentErrors.Unavailable;
        }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public Guid WsId { get; init; }
        public Guid OwnerId { get; init; }
        public string Name { get; init; } = "";
        public string Settings { get; init; } = "";
        public string Files { get; init; } = "";
        public string Environment { get; init; } = "";
        public string Deployment { get; init; } = "";
        public string Git { get; init; } = "";
        public string Collaboration { get; init; } = "";
        public string Tags { get; init; } = "";
        public string Analytics { get; init; } = "";
        public long Revision { get; init; }
        public long Version { get; init; }

        public WorkspaceDocument ToDocument() => new(
            Id, new WorkspaceId(WsId), new UserId(OwnerId), Name, DocumentJson.Files(Files),
            new DocumentSections(
                DocumentJson.Object(Settings), DocumentJson.Object(Environment), DocumentJson.Object(Deployment), DocumentJson.Object(Git),
                DocumentJson.Object(Collaboration), DocumentSections.TagsOf(JsonNode.Parse(Tags))),
            DocumentJson.Analytics(Analytics), Revision, Version);
    }
}
