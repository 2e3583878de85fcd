using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;
using CollabHub.Domain.Presence;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.UserSessions;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Brings connections into sessions: the row in the tables, the place in the roster, the groups of the hub.</summary>
public sealed class SessionJoining(
    IServiceScopeFactory scopes, PresenceRegistry presence, SessionConnections connections, StayRegister stays,
    IHubContext<SessionHub, ISessionClient> hub, Deployments.DeploymentDelivery deployments)
{
    /// <summary>A connection counts, in whatever session it joins, while its line is heard.</summary>
    public void Follow(HubCallerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var connection = context.ConnectionId;
        context.GetHttpContext()!.Line().Watch(isSilent => isSilent ? presence.SilentAsync(connection) : presence.HeardAsync(connection));
    }

    /// <summary>Joins; the snapshot already contains the caller.</summary>
    public async Task<Result<SessionSnapshot>> JoinAsync(HubCallerContext context, SessionId id)
    {
        ArgumentNullException.ThrowIfNull(context);
        var ct = context.ConnectionAborted;
        var http = context.GetHttpContext();
        var call = new Call(context.User.Actor(), http is null ? new CallOrigin(null, null) : http.Origin());
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var joined = await services.GetRequiredService<JoiningSession>().JoinAsync(call, id, ct);
        if (!joined.TryGet(out var row, out var refused)) return refused;
        if (await services.GetRequiredService<SessionQueries>().FindAsync(id, ct) is not { } session) return AccessErrors.SessionNotFound;
        // Groups first: what happens from here on is heard, and a repeat of what the snapshot shows is harmless.
        connections.Add(id, call.User, context.ConnectionId);
        await hub.Groups.AddToGroupAsync(context.ConnectionId, HubGroups.Session(id), ct);
        await hub.Groups.AddToGroupAsync(context.ConnectionId, HubGroups.Workspace(session.Workspace), ct);
        stays.Enter(session.Workspace, id, call.User, context.ConnectionId);
        var person = new PresentParticipant(
            row.User, row.Username, row.DisplayName, row.Role, PresenceStatus.Online, null, row.JoinedAt, row.LastActive, 1);
        var everyone = await presence.JoinAsync(id, session.Workspace, person, context.ConnectionId, ct);
        var files = await services.GetRequiredService<IFileStore>().ListAsync(session.Workspace, ct);
        var you = everyone.FirstOrDefault(p => p.User == call.User) ?? person;
        return new SessionSnapshot(
            SessionFrame.From(session), ParticipantFrame.From(you), [.. everyone.Select(ParticipantFrame.From)], [.. files.Select(FileEntryFrame.From)],
            await deployments.PresentAsync(id, ct));
    }

    /// <summary>Leaves.</summary>
    public async Task LeaveAsync(string connection, SessionId session, UserId user)
    {
        connections.Remove(session, user, connection);
        stays.Leave(session, user, connection);
        await hub.Groups.RemoveFromGroupAsync(connection, HubGroups.Session(session));
        await presence.LeaveAsync(session, user, connection);
    }

    /// <summary>Passes on what a connection says of itself.</summary>
    public ValueTask SetPresenceAsync(string connection, SessionId session, UserId user, PresenceStatus status, FileId? file)
    {
        stays.Set(session, user, connection, status);
        return presence.SetAsync(session, user, connection, status, file);
    }
}

/// <summary>Names of the hub's groups: canonical ids, never what a client sent.</summary>
internal static class HubGroups
{
    public static string Session(SessionId session) => "session:" + session;

    public static string Workspace(WorkspaceId workspace) => "workspace:" + workspace;
}
