using System.Reflection;
using CollabHub.Hubs.Deployments;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Realtime;
using CollabHub.Tests.Functional.Editing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>One hub method, how it is called, and what the contract says of each caller who is signed in.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Method">The method.</param>
/// <param name="Call">Calls it; answers <c>ok</c> or what it was answered instead. An error is answered by its text.</param>
/// <param name="Answer">The contract's sentence: caller to answer.</param>
/// <param name="Audits">How many audit rows the call writes.</param>
public sealed record HubRow(
    Type Hub, string Method, Func<HubConnection, MatrixWorld, Task<string>> Call, Func<Who, string> Answer, Func<Who, int>? Audits = null)
{
    /// <summary>How the row is named in results.</summary>
    public override string ToString() => $"{Hub.Name}.{Method}";
}

/// <summary>The contract's table for the hubs.</summary>
public static class HubMatrix
{
    private const string NoSession = "not_found: session.not_found";
    private const string NoFile = "not_found: file.not_found";

    /// <summary>All rows: at least one for every method of every hub.</summary>
    public static IReadOnlyList<HubRow> Rows { get; } =
    [
        new(typeof(SessionHub), "JoinSession", Invoke("JoinSession", world => [world.Session]), InSession(Rank.Viewer), who => IsMemberOnly(who) ? 1 : 0),
        new(typeof(SessionHub), "LeaveSession", Invoke("LeaveSession", world => [world.Session]), _ => "ok"),
        new(typeof(SessionHub), "SetPresence", Invoke("SetPresence", world => [world.Session, new { status = "online" }]), _ => "conflict: session.not_joined"),
        new(typeof(SessionHub), "OpenFile", OpenAsync, OnFiles(Rank.Viewer)),
        new(typeof(SessionHub), "PushEdit", PushAsync, PushAnswer),
        new(typeof(SessionHub), "MoveCursor", Invoke("MoveCursor", world => [world.File, new byte[] { 0 }]), _ => "conflict: file.not_open"),
        new(typeof(SessionHub), "RenewToken", Invoke("RenewToken", _ => ["forged"]), _ => "unauthenticated: auth.token_invalid"),
        new(typeof(DeploymentHub), "WatchDeployment", WatchAsync<WatchFrame>("WatchDeployment", world => [world.Deployment]), OnDeployment, who => OnDeployment(who).StartsWith("permission_denied", StringComparison.Ordinal) ? 1 : 0),
        new(typeof(DeploymentHub), "RenewToken", Invoke("RenewToken", _ => ["forged"]), _ => "unauthenticated: auth.token_invalid"),
        new(typeof(OpsHub), "WatchPresence", WatchAsync<PresenceEventFrame>("WatchPresence", _ => [new PresenceFilter()]), _ => "permission_denied: ops.role_missing", _ => 1),
        new(typeof(OpsHub), "WatchNodes", WatchAsync<NodesFrame>("WatchNodes", _ => []), _ => "permission_denied: ops.role_missing", _ => 1),
        new(typeof(OpsHub), "RenewToken", Invoke("RenewToken", _ => ["forged"]), _ => "unauthenticated: auth.token_invalid"),
        new(typeof(NotificationHub), "RenewToken", Invoke("RenewToken", _ => ["forged"]), _ => "unauthenticated: auth.token_invalid"),
    ];

    /// <summary>Every method that clients may call.</summary>
    public static IEnumerable<(Type Hub, string Method)> Methods => typeof(SessionHub).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(Hub).IsAssignableFrom(type))
        .SelectMany(hub => hub.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition() == method && !method.IsSpecialName)
            .Select(method => (hub, method.Name)));

    private static Func<Who, string> InSession(Rank needed) => who => AccessMatrix.InSession(needed)(who, Setting.Usual, System.Net.HttpStatusCode.OK) switch
    {
        System.Net.HttpStatusCode.OK => "ok",
        _ => NoSession,
    };

    private static Func<Who, string> OnFiles(Rank needed) => who =>
        AccessMatrix.OnFiles(needed)(who, Setting.Usual, System.Net.HttpStatusCode.OK) == System.Net.HttpStatusCode.OK ? "ok" : NoFile;

    // A private deployment: viewers of the session see that it is there, and no more.
    private static string OnDeployment(Who who) => AccessMatrix.InSession(Rank.Editor)(who, Setting.Usual, System.Net.HttpStatusCode.OK) switch
    {
        System.Net.HttpStatusCode.OK => "ok",
        System.Net.HttpStatusCode.Forbidden => "permission_denied: access.role_too_weak",
        _ => "not_found: deployment.not_found",
    };

    private static string PushAnswer(Who who) => AccessMatrix.OnFiles(Rank.Editor)(who, Setting.Usual, System.Net.HttpStatusCode.OK) switch
    {
        System.Net.HttpStatusCode.OK => "ok",
        System.Net.HttpStatusCode.Forbidden => "file.read_only",
        _ => NoFile,
    };

    // Joining makes a participant of a member.
    private static bool IsMemberOnly(Who who) => who is Who.Owner or Who.Admin or Who.Editor or Who.Viewer;

    private static Func<HubConnection, MatrixWorld, Task<string>> Invoke(string method, Func<MatrixWorld, object?[]> args) => async (connection, world) =>
    {
        await connection.InvokeCoreAsync(method, typeof(object), args(world));
        return "ok";
    };

    private static Func<HubConnection, MatrixWorld, Task<string>> WatchAsync<T>(string method, Func<MatrixWorld, object?[]> args) => async (connection, world) =>
    {
        await foreach (var item in connection.StreamAsyncCore<T>(method, args(world))) return $"ok: {item}";
        return "nothing";
    };

    private static async Task<string> OpenAsync(HubConnection connection, MatrixWorld world)
    {
        await using var open = new HubFile(connection, world.File, 77);
        await open.NextAsync("sync");
        return "ok";
    }

    private static async Task<string> PushAsync(HubConnection connection, MatrixWorld world)
    {
        await using var open = new HubFile(connection, world.File, 77);
        await open.NextAsync("sync");
        await open.TypeAsync("mine");
        return await open.AnswerAsync();
    }
}
