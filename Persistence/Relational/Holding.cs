using CollabHub.Domain;

namespace CollabHub.Persistence.Relational;

/// <summary>
/// What a transaction holds while it decides and writes: the name of a thing is said here once. Always the workspace before anything
/// of a person, and the audit chain last.
/// </summary>
internal static class Holding
{
    private const string WorkspaceOfFileSql = "select ws_id from files where file_id = @file";
    private const string WorkspaceOfSessionSql = "select ws_id from sessions where session_id = @session";

    /// <summary>Everything below one workspace, its audit chain included.</summary>
    public static Task HoldWorkspaceAsync(this DbSession db, Guid workspace, CancellationToken ct) => db.HoldAsync("workspace", workspace, ct);

    /// <summary>The workspace of a file.</summary>
    public static Task HoldWorkspaceOfAsync(this DbSession db, FileId file, CancellationToken ct) =>
        db.HoldFoundAsync(WorkspaceOfFileSql, new { file = file.Value }, ct);

    /// <summary>The workspace of a session.</summary>
    public static Task HoldWorkspaceOfAsync(this DbSession db, SessionId session, CancellationToken ct) =>
        db.HoldFoundAsync(WorkspaceOfSessionSql, new { session = session.Value }, ct);

    /// <summary>How many things of a kind, such as <c>sessions</c>, one person has.</summary>
    public static Task HoldQuotaAsync(this DbSession db, string kind, UserId user, CancellationToken ct) => db.HoldAsync(kind, user.Value, ct);

    /// <summary>The sign-ins of one person.</summary>
    public static Task HoldSignInsAsync(this DbSession db, Guid user, CancellationToken ct) => db.HoldAsync("sign-ins", user, ct);

    private static async Task HoldFoundAsync(this DbSession db, string sql, object args, CancellationToken ct)
    {
        if (!db.InTransaction || db.Database.HoldSql is null) return;
        if (await db.QueryAsync<Guid>(sql, args, ct) is [var workspace]) await db.HoldWorkspaceAsync(workspace, ct);
    }
}
