using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;

namespace CollabHub.Persistence.Relational.Documents;

/// <summary>The tables <c>document_heads</c> and <c>workspace_tags</c>, and the rows that documents follow.</summary>
public sealed class DocumentSource(DbSession db) : IDocumentSource
{
    private const string HeadSql = "select revision, version, pending from document_heads where ws_id = @workspace";
    private const string WorkspaceSql = "select owner_id, name, status from workspaces where ws_id = @workspace";

    private const string FilesSql = """
        select file_id, path, language, size, hash, updated_at, updated_by from files
        where ws_id = @workspace and deleted_at is null order by path_key
        """;

    private const string IntendSql = """
        update document_heads set version = version + 1, pending = @sections
        where ws_id = @workspace and version = @from and pending is null
        """;

    private const string ForgetTagsSql = "delete from workspace_tags where ws_id = @workspace";
    private const string TagSql = "insert into workspace_tags (ws_id, tag) values (@workspace, @tag)";
    private const string SettledSql = "update document_heads set pending = null where ws_id = @workspace and version = @version";

    /// <inheritdoc/>
    public async Task<DocumentHead?> HeadAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var row = await db.FindAsync<HeadRow>(HeadSql, new { workspace = workspace.Value }, ct);
        return row is null ? null : new DocumentHead(row.Revision, row.Version, row.Pending is { } json ? DocumentSections.Parse(json) : null);
    }

    /// <inheritdoc/>
    public async Task<DocumentFacts?> FactsAsync(WorkspaceId workspace, long revision, CancellationToken ct)
    {
        var key = new { workspace = workspace.Value };
        if (await db.FindAsync<WorkspaceRow>(WorkspaceSql, key, ct) is not { } row) return null;
        var isDeleted = row.Status == "deleted";
        var files = isDeleted ? [] : await db.QueryAsync<FileRow>(FilesSql, key, ct);
        return new DocumentFacts(workspace, new UserId(row.OwnerId), row.Name, [.. files.Select(file => file.ToFile())], revision, isDeleted);
    }

    /// <inheritdoc/>
    public async Task<bool> IntendAsync(WorkspaceId workspace, long from, DocumentSections sections, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sections);
        if (!db.InTransaction) throw new InvalidOperationException("A version is taken in the transaction of what it is for.");
        var args = new { workspace = workspace.Value, from, sections = sections.ToJson().ToJsonString() };
        if (await db.ExecuteAsync(IntendSql, args, ct) == 0) return false;
        await db.ExecuteAsync(ForgetTagsSql, new { workspace = workspace.Value }, ct);
        foreach (var tag in sections.Tags) await db.ExecuteAsync(TagSql, new { workspace = workspace.Value, tag }, ct);
        await db.WakeDocumentAsync(workspace.Value, now, ct);
        return true;
    }

    /// <inheritdoc/>
    public Task SettledAsync(WorkspaceId workspace, long version, CancellationToken ct) => db.RunAsync(
        inner => db.ExecuteAsync(SettledSql, new { workspace = workspace.Value, version }, inner), _ => true, ct);

    private sealed class HeadRow
    {
        public long Revision { get; init; }
        public long Version { get; init; }
        public string? Pending { get; init; }
    }

    private sealed class WorkspaceRow
    {
        public Guid OwnerId { get; init; }
        public string Name { get; init; } = "";
        public string Status { get; init; } = "";
    }

    private sealed class FileRow
    {
        public Guid FileId { get; init; }
        public string Path { get; init; } = "";
        public string? Language { get; init; }
        public long Size { get; init; }
        public string? Hash { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public Guid? UpdatedBy { get; init; }

        public DocumentFile ToFile() => new(
            new Domain.FileId(FileId), Path, Language, Size, Hash, UpdatedAt.AddTicks(-(UpdatedAt.Ticks % TimeSpan.TicksPerMillisecond)),
            UpdatedBy is { } user ? new UserId(user) : null);
    }
}
