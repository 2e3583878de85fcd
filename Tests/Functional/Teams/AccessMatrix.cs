using System.Net;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>Who calls.</summary>
public enum Who
{
    /// <summary>Owner of the workspace and of nothing else.</summary>
    Owner,
    /// <summary>Admin of the workspace.</summary>
    Admin,
    /// <summary>Editor of the workspace.</summary>
    Editor,
    /// <summary>Viewer of the workspace.</summary>
    Viewer,
    /// <summary>Who opened the session; editor of the workspace.</summary>
    SessionOwner,
    /// <summary>Editor in the session, no member.</summary>
    SessionEditor,
    /// <summary>Viewer in the session, no member.</summary>
    SessionViewer,
    /// <summary>Was admin and session editor, and has been removed from both.</summary>
    Removed,
    /// <summary>Invited to both, has not accepted.</summary>
    Invited,
    /// <summary>Registered, without any tie.</summary>
    Stranger,
    /// <summary>A guest without any tie.</summary>
    Guest,
    /// <summary>Nobody.</summary>
    Anonymous,
}

/// <summary>One route, what it is called with, and what the contract says of each caller.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The route's pattern below <c>/api</c>; the placeholders are filled from the <see cref="MatrixWorld"/>.</param>
/// <param name="Rule">The contract's sentence: caller to status.</param>
/// <param name="Success">The status of success.</param>
/// <param name="Body">The body, from the world.</param>
/// <param name="Setting">What is special about the world.</param>
/// <param name="Audits">Whether success writes one audit row.</param>
public sealed record MatrixRow(
    string Method, string Pattern, Func<Who, HttpStatusCode, HttpStatusCode> Rule, HttpStatusCode Success = HttpStatusCode.OK,
    Func<MatrixWorld, object?>? Body = null, Setting Setting = Setting.Usual, bool Audits = true)
{
    /// <summary>How the row is named in results.</summary>
    public override string ToString() => $"{Method} {Pattern} ({Setting})";
}

/// <summary>What is special about the world.</summary>
public enum Setting
{
    /// <summary>A private, active workspace with an active session.</summary>
    Usual,
    /// <summary>The workspace is public.</summary>
    Public,
    /// <summary>The workspace is archived.</summary>
    Archived,
    /// <summary>The session has ended.</summary>
    Ended,
}

/// <summary>The contract's table of roles, said again for the tests.</summary>
public static class AccessMatrix
{
    private enum Rank
    {
        None,
        Viewer,
        Editor,
        Admin,
        Owner,
    }

    /// <summary>All rows.</summary>
    public static IReadOnlyList<MatrixRow> Rows { get; } =
    [
        new("POST", "/workspaces", RegisteredOnly, HttpStatusCode.Created, _ => new { name = "New" }),
        new("GET", "/workspaces", SignedIn, Audits: false),
        new("GET", "/workspaces/{wsId}", OpenToReaders(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}", (who, ok) => ok, Audits: false, Setting: Setting.Public),
        new("PATCH", "/workspaces/{wsId}", OnWorkspace(Rank.Admin), Body: _ => new { name = "Renamed" }),
        new("PATCH", "/workspaces/{wsId}", OnPublic(Rank.Admin), Body: _ => new { name = "Renamed" }, Setting: Setting.Public),
        new("DELETE", "/workspaces/{wsId}", OnWorkspace(Rank.Owner), HttpStatusCode.NoContent),
        new("POST", "/workspaces/{wsId}/archive", OnWorkspace(Rank.Admin)),
        new("POST", "/workspaces/{wsId}/restore", OnWorkspace(Rank.Admin), Setting: Setting.Archived),
        new("POST", "/workspaces/{wsId}/transfer", OnWorkspace(Rank.Owner), Body: world => new { userId = world.Member }),
        new("GET", "/workspaces/{wsId}/document", OnWorkspace(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}/document", SignedIn, Audits: false, Setting: Setting.Public),
        new("PATCH", "/workspaces/{wsId}/document", OnWorkspace(Rank.Admin), Body: _ => new { settings = new { theme = "dark" } }),
        new("PATCH", "/workspaces/{wsId}/document", OnPublic(Rank.Admin), Body: _ => new { tags = new[] { "a" } }, Setting: Setting.Public),
        new("GET", "/workspaces/{wsId}/members", OnWorkspace(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}/members", SignedIn, Audits: false, Setting: Setting.Public),
        new("PUT", "/workspaces/{wsId}/members/{userId}", OnWorkspace(Rank.Admin), Body: _ => new { role = "admin" }),
        new("DELETE", "/workspaces/{wsId}/members/{userId}", OnWorkspace(Rank.Admin), HttpStatusCode.NoContent),
        new("GET", "/workspaces/{wsId}/invitations", OnWorkspace(Rank.Admin), Audits: false),
        new("GET", "/workspaces/{wsId}/invitations", OnPublic(Rank.Admin), Audits: false, Setting: Setting.Public),
        new("POST", "/workspaces/{wsId}/invitations", OnWorkspace(Rank.Admin), HttpStatusCode.Created, _ => new { email = "new@example.org", role = "admin" }),
        new("DELETE", "/workspaces/{wsId}/invitations/{invitationId}", OnWorkspace(Rank.Admin), HttpStatusCode.NoContent),
        new("POST", "/workspaces/{wsId}/invitations/{invitationId}/resend", OnWorkspace(Rank.Admin)),

        new("GET", "/workspaces/{wsId}/files", OpenFiles, Audits: false),
        new("GET", "/workspaces/{wsId}/files", (who, ok) => ok, Audits: false, Setting: Setting.Public),
        new("POST", "/workspaces/{wsId}/files", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { path = "new" }),
        new("POST", "/workspaces/{wsId}/files", OnPublicFiles(Rank.Editor), HttpStatusCode.Created, _ => new { path = "new" }, Setting.Public),
        new("POST", "/workspaces/{wsId}/files", OnFiles(Rank.Owner + 1), HttpStatusCode.Created, _ => new { path = "new" }, Setting.Archived),
        new("GET", "/workspaces/{wsId}/files/{fileId}", OpenFiles, Audits: false),
        new("PATCH", "/workspaces/{wsId}/files/{fileId}", OnFiles(Rank.Editor), Body: _ => new { path = "moved" }),
        new("DELETE", "/workspaces/{wsId}/files/{fileId}", OnFiles(Rank.Editor), HttpStatusCode.NoContent),
        new("GET", "/workspaces/{wsId}/files/{fileId}/content", OpenFiles, Audits: false),
        new("GET", "/workspaces/{wsId}/files/{fileId}/content", (who, ok) => ok, Audits: false, Setting: Setting.Public),
        new("PUT", "/workspaces/{wsId}/files/{fileId}/content", OnFiles(Rank.Editor), HttpStatusCode.NoContent, _ => new StringContent("new")),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions", OnFiles(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions", OnPublicFiles(Rank.Viewer), Audits: false, Setting: Setting.Public),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { name = "Draft" }),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions", OnFiles(Rank.Owner + 1), HttpStatusCode.Created, _ => new { name = "Draft" }, Setting.Archived),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions/{n}", OnFiles(Rank.Viewer), Audits: false),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions/{n}/restore", OnFiles(Rank.Editor)),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions/{n}/restore", OnPublicFiles(Rank.Editor), Setting: Setting.Public),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions/{n}/diff", OnFiles(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}/files/{fileId}/blame", OnFiles(Rank.Viewer), Audits: false),
        new("GET", "/workspaces/{wsId}/search", OpenFiles, Audits: false),
        new("GET", "/workspaces/{wsId}/search", (who, ok) => ok, Audits: false, Setting: Setting.Public),
        new("GET", "/workspaces/{wsId}/files.zip", OpenFiles, Audits: false),
        new("GET", "/workspaces/{wsId}/files.zip", (who, ok) => ok, Audits: false, Setting: Setting.Public),
        new("POST", "/workspaces/{wsId}/files.zip", OnFiles(Rank.Editor), Body: _ => Archive()),
        new("POST", "/workspaces/{wsId}/files.zip", OnPublicFiles(Rank.Editor), Body: _ => Archive(), Setting: Setting.Public),

        new("POST", "/sessions", SignedIn, HttpStatusCode.Created, _ => new { name = "New" }),
        new("POST", "/sessions", OpenOnWorkspace, HttpStatusCode.Created, world => new { name = "New", workspaceId = world.Workspace }),
        new("GET", "/sessions", SignedIn, Audits: false),
        new("GET", "/sessions/{sessionId}", InSession(Rank.Viewer), Audits: false),
        new("GET", "/sessions/{sessionId}", InSession(Rank.Viewer), Audits: false, Setting: Setting.Public),
        new("PATCH", "/sessions/{sessionId}", InSession(Rank.Owner), Body: _ => new { name = "Renamed" }),
        new("POST", "/sessions/{sessionId}/end", InSession(Rank.Owner)),
        new("POST", "/sessions/{sessionId}/reopen", InSession(Rank.Owner), Setting: Setting.Ended),
        new("GET", "/sessions/{sessionId}/participants", InSession(Rank.Viewer), Audits: false),
        new("PATCH", "/sessions/{sessionId}/participants/{userId}", InSession(Rank.Owner), Body: _ => new { role = "editor" }),
        new("DELETE", "/sessions/{sessionId}/participants/{userId}", InSession(Rank.Owner), HttpStatusCode.NoContent),
        new("GET", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), Audits: false),
        new("POST", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), HttpStatusCode.Created, _ => new { email = "new@example.org", role = "editor" }),
        new("POST", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), HttpStatusCode.Created, _ => new { role = "editor" }),
        new("DELETE", "/sessions/{sessionId}/invitations/{invitationId}", InSession(Rank.Owner), HttpStatusCode.NoContent),
        new("POST", "/sessions/{sessionId}/invitations/{invitationId}/resend", InSession(Rank.Owner)),

        new("GET", "/invitations", SignedIn, Audits: false),
        new("POST", "/invitations/{invitationId}/accept", ForSomeoneElse(HttpStatusCode.NotFound)),
        new("POST", "/invitations/{invitationId}/decline", ForSomeoneElse(HttpStatusCode.NotFound)),
        new("GET", "/invitations/by-token/{token}", (who, ok) => ok, Audits: false),
        new("POST", "/invitations/by-token/{token}/accept", ForSomeoneElse(HttpStatusCode.Forbidden)),
        new("POST", "/invitations/by-token/{link}/accept", SignedIn),
    ];

    private static HttpStatusCode SignedIn(Who who, HttpStatusCode ok) => who == Who.Anonymous ? HttpStatusCode.Unauthorized : ok;

    private static HttpStatusCode RegisteredOnly(Who who, HttpStatusCode ok) => who == Who.Guest ? HttpStatusCode.Forbidden : SignedIn(who, ok);

    private static HttpStatusCode OpenOnWorkspace(Who who, HttpStatusCode ok) =>
        who == Who.Guest ? HttpStatusCode.Forbidden : OnWorkspace(Rank.Editor)(who, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> ForSomeoneElse(HttpStatusCode refused) =>
        (who, _) => who == Who.Anonymous ? HttpStatusCode.Unauthorized : refused;

    private static Func<Who, HttpStatusCode, HttpStatusCode> OnWorkspace(Rank needed) => (who, ok) => Decide(who, Member(who), needed, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> OnPublic(Rank needed) =>
        (who, ok) => Decide(who, Member(who) == Rank.None ? Rank.Viewer : Member(who), needed, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> OpenToReaders(Rank needed) =>
        (who, ok) => who == Who.Anonymous ? HttpStatusCode.NotFound : Decide(who, Member(who), needed, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> InSession(Rank needed) => (who, ok) => Decide(who, Participant(who), needed, ok);

    private static HttpStatusCode OpenFiles(Who who, HttpStatusCode ok) => who == Who.Anonymous ? HttpStatusCode.NotFound : OnFiles(Rank.Viewer)(who, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> OnFiles(Rank needed) => (who, ok) => Decide(who, FileRank(who), needed, ok);

    private static Func<Who, HttpStatusCode, HttpStatusCode> OnPublicFiles(Rank needed) =>
        (who, ok) => Decide(who, FileRank(who) == Rank.None ? Rank.Viewer : FileRank(who), needed, ok);

    // The stronger of the role in the workspace and the one in its session.
    private static Rank FileRank(Who who) => who switch
    {
        Who.SessionEditor => Rank.Editor,
        Who.SessionViewer => Rank.Viewer,
        _ => Member(who),
    };

    private static ByteArrayContent Archive()
    {
        var zip = new ByteArrayContent(History.ArchiveTests.Zip(("imported", "text")));
        zip.Headers.ContentType = new("application/zip");
        return zip;
    }

    private static HttpStatusCode Decide(Who who, Rank rank, Rank needed, HttpStatusCode ok)
    {
        if (who == Who.Anonymous) return HttpStatusCode.Unauthorized;
        if (rank == Rank.None) return HttpStatusCode.NotFound;
        return rank >= needed ? ok : HttpStatusCode.Forbidden;
    }

    private static Rank Member(Who who) => who switch
    {
        Who.Owner => Rank.Owner,
        Who.Admin => Rank.Admin,
        Who.Editor or Who.SessionOwner => Rank.Editor,
        Who.Viewer => Rank.Viewer,
        _ => Rank.None,
    };

    private static Rank Participant(Who who) => who switch
    {
        Who.Owner or Who.Admin or Who.SessionOwner => Rank.Owner,
        Who.Editor or Who.SessionEditor => Rank.Editor,
        Who.Viewer or Who.SessionViewer => Rank.Viewer,
        _ => Rank.None,
    };
}
