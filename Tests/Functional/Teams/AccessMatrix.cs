using System.IO.Compression;
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
    /// <summary>Admin of the workspace, suspended there.</summary>
    Suspended,
    /// <summary>Invited to both, has not accepted.</summary>
    Invited,
    /// <summary>Registered, without any tie.</summary>
    Stranger,
    /// <summary>A guest without any tie.</summary>
    Guest,
    /// <summary>Nobody.</summary>
    Anonymous,
}

/// <summary>What the contract says of a caller in a setting; <paramref name="ok"/> is the status of success.</summary>
public delegate HttpStatusCode Rule(Who who, Setting setting, HttpStatusCode ok);

/// <summary>One route, what it is called with, and what the contract says of each caller.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The route's pattern below <c>/api</c>; the placeholders are filled from the <see cref="MatrixWorld"/>.</param>
/// <param name="Rule">The contract's sentence.</param>
/// <param name="Success">The status of success.</param>
/// <param name="Body">The body, from the world; a text is sent as <c>text/plain</c>.</param>
/// <param name="In">Where it is tried; absent: in the usual world, and in a public one when the route is below a workspace or session.</param>
/// <param name="Audits">How many audit rows success writes; a refusal with 403 always writes one, every other answer none.</param>
public sealed record MatrixRow(
    string Method, string Pattern, Rule Rule, HttpStatusCode Success = HttpStatusCode.OK,
    Func<MatrixWorld, object?>? Body = null, Setting? In = null, int Audits = 1)
{
    /// <summary>What follows the path, such as <c>?q=old</c>.</summary>
    public string Query { get; init; } = "";

    /// <summary>Whether a guest who succeeds is gone afterwards, so that each gets one of his own.</summary>
    public bool SpendsGuest { get; init; }

    /// <summary>Whether the file of the world needs a version.</summary>
    public bool NeedsVersion => Pattern.Contains("{n}", StringComparison.Ordinal);

    /// <summary>The worlds to try it in.</summary>
    public IReadOnlyList<Setting> Settings =>
        In is { } one ? [one]
        : Pattern.Contains("{wsId}", StringComparison.Ordinal) || Pattern.Contains("{sessionId}", StringComparison.Ordinal) ? [Setting.Usual, Setting.Public] : [Setting.Usual];

    /// <summary>The route that it is about.</summary>
    public string Route => $"{Method} {Pattern.Replace("{link}", "{token}", StringComparison.Ordinal)}";

    /// <summary>How the row is named in results.</summary>
    public override string ToString() => $"{Method} {Pattern}";
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

/// <summary>The contract's roles, weakest first.</summary>
public enum Rank
{
    /// <summary>None: the thing does not exist.</summary>
    None,
    /// <summary>Reads.</summary>
    Viewer,
    /// <summary>Edits.</summary>
    Editor,
    /// <summary>Manages a workspace.</summary>
    Admin,
    /// <summary>Owns.</summary>
    Owner,
}

/// <summary>The contract's table of roles, said again for the tests.</summary>
public static class AccessMatrix
{
    /// <summary>All rows: at least one for every route under <c>/api</c>.</summary>
    public static IReadOnlyList<MatrixRow> Rows { get; } =
    [
        new("POST", "/workspaces", RegisteredOnly, HttpStatusCode.Created, _ => new { name = "New" }),
        new("GET", "/workspaces", SignedIn, Audits: 0),
        new("GET", "/workspaces/{wsId}", OnWorkspace(Rank.Viewer, open: true), Audits: 0),
        new("PATCH", "/workspaces/{wsId}", OnWorkspace(Rank.Admin), Body: _ => new { name = "Renamed" }),
        new("DELETE", "/workspaces/{wsId}", OnWorkspace(Rank.Owner), HttpStatusCode.NoContent),
        new("POST", "/workspaces/{wsId}/archive", OnWorkspace(Rank.Admin)),
        new("POST", "/workspaces/{wsId}/restore", OnWorkspace(Rank.Admin), In: Setting.Archived),
        new("POST", "/workspaces/{wsId}/transfer", OnWorkspace(Rank.Owner), Body: world => new { userId = world.Member }),
        new("GET", "/workspaces/{wsId}/presence", OnWorkspace(Rank.Viewer), Audits: 0),
        new("GET", "/workspaces/{wsId}/audit", OnWorkspace(Rank.Admin)),
        new("GET", "/workspaces/{wsId}/audit/verify", OnWorkspace(Rank.Admin)),

        new("GET", "/workspaces/{wsId}/document", OnWorkspace(Rank.Viewer), Audits: 0),
        new("PATCH", "/workspaces/{wsId}/document", OnWorkspace(Rank.Admin), Body: _ => new { settings = new { theme = "dark" } }),
        new("GET", "/workspaces/{wsId}/members", OnWorkspace(Rank.Viewer), Audits: 0),
        new("PUT", "/workspaces/{wsId}/members/{userId}", OnWorkspace(Rank.Admin), Body: _ => new { role = "admin" }),
        new("DELETE", "/workspaces/{wsId}/members/{userId}", OnWorkspace(Rank.Admin), HttpStatusCode.NoContent),
        new("GET", "/workspaces/{wsId}/invitations", OnWorkspace(Rank.Admin), Audits: 0),
        new("POST", "/workspaces/{wsId}/invitations", OnWorkspace(Rank.Admin), HttpStatusCode.Created, _ => new { email = "new@example.org", role = "admin" }),
        new("POST", "/workspaces/{wsId}/invitations/bulk", OnWorkspace(Rank.Admin), Body: _ => new { emails = Two, role = "admin" }, Audits: 2),
        new("DELETE", "/workspaces/{wsId}/invitations/{invitationId}", OnWorkspace(Rank.Admin), HttpStatusCode.NoContent),
        new("POST", "/workspaces/{wsId}/invitations/{invitationId}/resend", OnWorkspace(Rank.Admin)),

        new("GET", "/workspaces/{wsId}/files", OnFiles(Rank.Viewer, open: true), Audits: 0),
        new("POST", "/workspaces/{wsId}/files", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { path = "new.txt", content = "new" }),
        new("POST", "/workspaces/{wsId}/files", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { path = "new.txt", content = "new" }, Setting.Archived),
        new("POST", "/workspaces/{wsId}/files", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { path = "new.txt", content = "new" }, Setting.Ended),
        new("GET", "/workspaces/{wsId}/files/{fileId}", OnFiles(Rank.Viewer, open: true), Audits: 0),
        new("PATCH", "/workspaces/{wsId}/files/{fileId}", OnFiles(Rank.Editor), Body: _ => new { path = "moved.txt" }),
        new("DELETE", "/workspaces/{wsId}/files/{fileId}", OnFiles(Rank.Editor), HttpStatusCode.NoContent),
        new("GET", "/workspaces/{wsId}/files/{fileId}/content", OnFiles(Rank.Viewer, open: true), Audits: 0),
        new("PUT", "/workspaces/{wsId}/files/{fileId}/content", OnFiles(Rank.Editor), HttpStatusCode.NoContent, _ => "changed"),
        new("PUT", "/workspaces/{wsId}/files/{fileId}/content", OnFiles(Rank.Editor), HttpStatusCode.NoContent, _ => "changed", Setting.Archived),

        new("GET", "/workspaces/{wsId}/files/{fileId}/blame", OnFiles(Rank.Viewer), Audits: 0),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions", OnFiles(Rank.Viewer), Audits: 0),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions", OnFiles(Rank.Editor), HttpStatusCode.Created, _ => new { name = "First" }),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions/{n}", OnFiles(Rank.Viewer), Audits: 0),
        new("GET", "/workspaces/{wsId}/files/{fileId}/versions/{n}/diff", OnFiles(Rank.Viewer), Audits: 0),
        new("POST", "/workspaces/{wsId}/files/{fileId}/versions/{n}/restore", OnFiles(Rank.Editor)),
        new("GET", "/workspaces/{wsId}/search", OnFiles(Rank.Viewer, open: true), Audits: 0) { Query = "?q=old" },
        new("GET", "/workspaces/{wsId}/files.zip", OnFiles(Rank.Viewer, open: true), Audits: 0),
        new("POST", "/workspaces/{wsId}/files.zip", OnFiles(Rank.Editor), Body: _ => AnArchive),

        new("POST", "/sessions", SignedIn, HttpStatusCode.Created, _ => new { name = "New" }),
        new("POST", "/sessions", OpenOnWorkspace, HttpStatusCode.Created, world => new { name = "New", workspaceId = world.Workspace }),
        new("POST", "/sessions", OpenOnWorkspace, HttpStatusCode.Created, world => new { name = "New", workspaceId = world.Workspace }, Setting.Public),
        new("GET", "/sessions", SignedIn, Audits: 0),
        new("GET", "/sessions/{sessionId}", InSession(Rank.Viewer), Audits: 0),
        new("PATCH", "/sessions/{sessionId}", InSession(Rank.Owner), Body: _ => new { name = "Renamed" }),
        new("POST", "/sessions/{sessionId}/end", InSession(Rank.Owner)),
        new("POST", "/sessions/{sessionId}/reopen", InSession(Rank.Owner), In: Setting.Ended),
        new("GET", "/sessions/{sessionId}/participants", InSession(Rank.Viewer), Audits: 0),
        new("PATCH", "/sessions/{sessionId}/participants/{userId}", InSession(Rank.Owner), Body: _ => new { role = "editor" }),
        new("DELETE", "/sessions/{sessionId}/participants/{userId}", InSession(Rank.Owner), HttpStatusCode.NoContent),
        new("GET", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), Audits: 0),
        new("POST", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), HttpStatusCode.Created, _ => new { email = "new@example.org", role = "editor" }),
        new("POST", "/sessions/{sessionId}/invitations", InSession(Rank.Owner), HttpStatusCode.Created, _ => new { role = "editor" }),
        new("POST", "/sessions/{sessionId}/invitations/bulk", InSession(Rank.Owner), Body: _ => new { emails = Two, role = "editor" }, Audits: 2),
        new("DELETE", "/sessions/{sessionId}/invitations/{invitationId}", InSession(Rank.Owner), HttpStatusCode.NoContent),
        new("POST", "/sessions/{sessionId}/invitations/{invitationId}/resend", InSession(Rank.Owner)),

        // No engine answers here: who may deploy is told that.
        new("POST", "/sessions/{sessionId}/deployments", InSession(Rank.Editor), HttpStatusCode.ServiceUnavailable, _ => new { }, Audits: 0),
        new("GET", "/sessions/{sessionId}/deployments", InSession(Rank.Viewer), Audits: 0),
        new("GET", "/sessions/{sessionId}/past-deployments", InSession(Rank.Viewer), Audits: 0),
        new("GET", "/deployments/{deploymentId}", InSession(Rank.Viewer), Audits: 0),
        new("GET", "/deployments/{deploymentId}/diff", InSession(Rank.Viewer), Audits: 0),
        new("GET", "/deployments/{deploymentId}/logs", InSession(Rank.Editor), Audits: 0),
        new("POST", "/deployments/{deploymentId}/ticket", InSession(Rank.Editor), Audits: 0),
        new("POST", "/deployments/{deploymentId}/stop", InSession(Rank.Editor), HttpStatusCode.Accepted, _ => new { }),
        new("POST", "/deployments/{deploymentId}/restart", InSession(Rank.Editor), HttpStatusCode.ServiceUnavailable, Audits: 0),
        new("PATCH", "/deployments/{deploymentId}", InSession(Rank.Owner), Body: _ => new { visibility = "members" }),
        new("GET", "/deployments/{deploymentId}/participants", InSession(Rank.Editor), Audits: 0),
        new("PUT", "/deployments/{deploymentId}/participants/{userId}", InSession(Rank.Owner), Body: _ => new { role = "operator" }),
        new("DELETE", "/deployments/{deploymentId}/participants/{userId}", InSession(Rank.Owner), HttpStatusCode.NoContent),
        new("GET", "/runtimes", SignedIn, Audits: 0),

        new("GET", "/invitations", SignedIn, Audits: 0),
        new("POST", "/invitations/{invitationId}/accept", EveryoneSignedIn(HttpStatusCode.NotFound)),
        new("POST", "/invitations/{invitationId}/decline", EveryoneSignedIn(HttpStatusCode.NotFound)),
        new("GET", "/invitations/by-token/{token}", Anyone, Audits: 0),
        new("POST", "/invitations/by-token/{token}/accept", EveryoneSignedIn(HttpStatusCode.Forbidden)),
        new("POST", "/invitations/by-token/{link}/accept", SignedIn),

        new("POST", "/auth/register", Anyone, HttpStatusCode.Created, _ => NewAccount()),
        new("POST", "/auth/guest", Anyone, HttpStatusCode.Created, _ => new { displayName = "New" }),
        new("POST", "/auth/login", Anyone, Body: _ => new { login = "bystander", password = TestUser.Password }),
        new("POST", "/auth/refresh", Everyone(HttpStatusCode.Unauthorized), Body: _ => new { refreshToken = "forged" }),
        new("POST", "/auth/logout", Anyone, HttpStatusCode.NoContent, _ => new { refreshToken = "forged" }, Audits: 0),
        new("POST", "/auth/ticket", SignedIn, Audits: 0),
        new("POST", "/auth/verify-email", Everyone(HttpStatusCode.Gone), Body: _ => new { token = "forged" }),
        new("POST", "/auth/verify-email/resend", Anyone, HttpStatusCode.NoContent, _ => new { email = $"{Guid.NewGuid():N}@example.org" }),
        new("POST", "/auth/password/forgot", Anyone, HttpStatusCode.NoContent, _ => new { email = $"{Guid.NewGuid():N}@example.org" }),
        new("POST", "/auth/password/reset", Everyone(HttpStatusCode.Gone), Body: _ => new { token = "forged", password = "an entirely new one" }),
        new("GET", "/auth/external", Anyone, Audits: 0),
        new("GET", "/auth/external/{provider}", Everyone(HttpStatusCode.NotFound)),
        new("GET", "/auth/external/{provider}/callback", Everyone(HttpStatusCode.NotFound)),
        new("POST", "/auth/external/token", Everyone(HttpStatusCode.Gone), Body: _ => new { code = "forged", verifier = "forged" }),
        new("GET", "/me", SignedIn, Audits: 0),
        new("POST", "/me/external", EveryoneSignedIn(HttpStatusCode.Gone), Body: _ => new { code = "forged", verifier = "forged" }),
        new("DELETE", "/me/external/{provider}", EveryoneSignedIn(HttpStatusCode.NotFound)),
        new("PATCH", "/me", SignedIn, Body: _ => new { firstName = $"New {Guid.NewGuid():N}" }),
        new("POST", "/me/password", WrongPassword, Body: _ => new { currentPassword = "not mine at all", newPassword = "an entirely new one" }),
        new("DELETE", "/me", WrongPasswordUnlessGuest, HttpStatusCode.NoContent, _ => new { password = "not mine at all" }) { SpendsGuest = true },
        new("GET", "/me/devices", SignedIn, Audits: 0),
        new("DELETE", "/me/devices/{tokenId}", EveryoneSignedIn(HttpStatusCode.NotFound)),

        new("GET", "/ops/overview", EveryoneSignedIn(HttpStatusCode.Forbidden)),
        new("POST", "/ops/accounts/{userId}/kick", EveryoneSignedIn(HttpStatusCode.Forbidden), Body: _ => new { }),
        new("POST", "/ops/accounts/{userId}/lock", EveryoneSignedIn(HttpStatusCode.Forbidden), Body: _ => new { }),
        new("POST", "/ops/accounts/{userId}/unlock", EveryoneSignedIn(HttpStatusCode.Forbidden), Body: _ => new { }),
    ];

    /// <summary>The audit rows that an answer leaves.</summary>
    public static int AuditsOf(MatrixRow row, HttpStatusCode answer) => answer == row.Success ? row.Audits : answer == HttpStatusCode.Forbidden ? 1 : 0;

    /// <summary>The contract's rule for a session: who may, by the role there.</summary>
    public static Rule InSession(Rank needed) => (who, _, ok) => Decide(who, Participant(who), needed, ok, open: false);

    /// <summary>The contract's rule for files: the stronger of the role on the workspace and in an active session; read-only once archived.</summary>
    public static Rule OnFiles(Rank needed, bool open = false) => (who, setting, ok) =>
    {
        var session = setting == Setting.Ended || (Member(who) != Rank.None && who != Who.SessionOwner) ? Rank.None : Participant(who);
        var rank = (Rank)Math.Max((int)OnWorkspace(who, setting), (int)session);
        return Decide(who, setting == Setting.Archived && rank > Rank.Viewer ? Rank.Viewer : rank, needed, ok, open);
    };

    /// <summary>The contract's rule for a workspace: who may, by membership; a public one makes everybody a viewer.</summary>
    public static Rule OnWorkspace(Rank needed, bool open = false) => (who, setting, ok) => Decide(who, OnWorkspace(who, setting), needed, ok, open);

    private static HttpStatusCode Anyone(Who who, Setting setting, HttpStatusCode ok) => ok;

    private static HttpStatusCode SignedIn(Who who, Setting setting, HttpStatusCode ok) => who == Who.Anonymous ? HttpStatusCode.Unauthorized : ok;

    private static HttpStatusCode RegisteredOnly(Who who, Setting setting, HttpStatusCode ok) =>
        who == Who.Guest ? HttpStatusCode.Forbidden : SignedIn(who, setting, ok);

    private static HttpStatusCode OpenOnWorkspace(Who who, Setting setting, HttpStatusCode ok) =>
        who == Who.Guest ? HttpStatusCode.Forbidden : OnWorkspace(Rank.Editor)(who, setting, ok);

    // Guests have no password to be wrong about.
    private static HttpStatusCode WrongPassword(Who who, Setting setting, HttpStatusCode ok) =>
        who == Who.Guest ? HttpStatusCode.Conflict : SignedIn(who, setting, HttpStatusCode.Forbidden);

    private static HttpStatusCode WrongPasswordUnlessGuest(Who who, Setting setting, HttpStatusCode ok) =>
        who == Who.Guest ? ok : SignedIn(who, setting, HttpStatusCode.Forbidden);

    private static string[] Two { get; } = ["new@example.org", "newer@example.org"];

    private static byte[] AnArchive { get; } = Archive("imported.txt", "imported");

    private static byte[] Archive(string path, string text)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(archive.CreateEntry(path).Open());
            writer.Write(text);
        }
        return buffer.ToArray();
    }

    private static Rule Everyone(HttpStatusCode answer) => (_, _, _) => answer;

    private static Rule EveryoneSignedIn(HttpStatusCode answer) => (who, setting, _) => SignedIn(who, setting, answer);

    private static object NewAccount() => new { email = $"{Guid.NewGuid():N}@example.org", username = $"u{Guid.NewGuid():N}", password = TestUser.Password };

    private static HttpStatusCode Decide(Who who, Rank rank, Rank needed, HttpStatusCode ok, bool open)
    {
        if (who == Who.Anonymous && !open) return HttpStatusCode.Unauthorized;
        if (rank == Rank.None) return HttpStatusCode.NotFound;
        return rank >= needed ? ok : HttpStatusCode.Forbidden;
    }

    private static Rank OnWorkspace(Who who, Setting setting) => setting == Setting.Public && Member(who) == Rank.None ? Rank.Viewer : Member(who);

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
