using System.Globalization;

namespace CollabHub.Persistence.Relational.Documents;

/// <summary>The promise, made in the transaction of a change, that the workspace's document will follow it.</summary>
internal static class DocumentPromises
{
    /// <summary>The outbox kind; the payload is the workspace's id.</summary>
    public const string Kind = "document";

    // A file that is being typed into is told of once in a while.
    public static readonly TimeSpan TextDelay = TimeSpan.FromSeconds(3);

    private const string HeadSql = """
        insert into document_heads (ws_id, revision, version) values (@workspace, 1, 0)
        on conflict (ws_id) do update set revision = document_heads.revision + 1
        """;

    private const string OutboxSql = "insert into outbox (kind, payload, created_at, next_attempt_at) values (@kind, @payload, @now, @now)";

    private const string WorkspaceOfFileSql = "select ws_id from files where file_id = @file";

    /// <summary>The revision that text statistics lead to; run with <see cref="TextOutbox"/>, after the change itself.</summary>
    public const string TextHead = """
        insert into document_heads (ws_id, revision, version) select ws_id, 1, 0 from files where file_id = @file
        on conflict (ws_id) do update set revision = document_heads.revision + 1
        """;

    /// <summary>The promise for text statistics.</summary>
    public const string TextOutbox = """
        insert into outbox (kind, payload, created_at, next_attempt_at)
        select 'document', cast(ws_id as text), @now, @due from files where file_id = @file
        """;

    /// <summary>The workspace or one of its files changed. Last in its transaction: what comes later in it may be missed.</summary>
    public static async Task PromiseDocumentAsync(this DbSession db, Guid workspace, DateTimeOffset now, CancellationToken ct)
    {
        await db.ExecuteAsync(HeadSql, new { workspace }, ct);
        await db.WakeDocumentAsync(workspace, now, ct);
    }

    /// <summary>A file changed.</summary>
    public static async Task PromiseDocumentOfFileAsync(this DbSession db, Guid file, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.QueryAsync<Guid>(WorkspaceOfFileSql, new { file }, ct) is [var workspace]) await db.PromiseDocumentAsync(workspace, now, ct);
    }

    /// <summary>Something is pending for the document; its rows did not change.</summary>
    public static Task WakeDocumentAsync(this DbSession db, Guid workspace, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(OutboxSql, new { kind = Kind, payload = workspace.ToString("D", CultureInfo.InvariantCulture), now }, ct);
}
