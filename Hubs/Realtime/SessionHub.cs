using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CollabHub.Domain;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Presence;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Sessions, presence, cursors and edits. Translates and delegates; docs/protocol.md, Session hub.</summary>
[Authorize]
public sealed class SessionHub(FileOpening files, SessionJoining sessions, ConnectionExpiry expiry, DeniedCalls denied, LimitsOptions limits) : Hub<ISessionClient>
{
    private const int MaxStateVectorBytes = 64 * 1024;

    private ConcurrentDictionary<FileId, OpenFile> Open => Get<ConcurrentDictionary<FileId, OpenFile>>("files");

    private FilePlaces Places => Get<FilePlaces>("places");

    private ConcurrentDictionary<SessionId, UserId> Joined => Get<ConcurrentDictionary<SessionId, UserId>>("sessions");

    private UserId User => Context.User.Actor().User ?? throw new HubException("unauthenticated: auth.required");

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        Context.Items["files"] = new ConcurrentDictionary<FileId, OpenFile>();
        Context.Items["places"] = new FilePlaces(limits.FilesPerConnection);
        Context.Items["sessions"] = new ConcurrentDictionary<SessionId, UserId>();
        var caller = Clients.Caller;
        sessions.Follow(Context);
        expiry.Watch(Context, at => caller.TokenExpiring(new TokenExpiringEvent(at)));
        return base.OnConnectedAsync();
    }

    /// <summary>Joins a session: who is here, which files there are; events of the session follow.</summary>
    public async Task<SessionSnapshot> JoinSession(Guid sessionId)
    {
        var session = new SessionId(sessionId);
        var joined = await sessions.JoinAsync(Context, session);
        if (!joined.TryGet(out var snapshot, out var error))
        {
            throw await denied.RefuseAsync(Context, error, new DeniedAttempt(nameof(JoinSession), error.Code, "session", $"{session}") { Session = session });
        }
        Joined[session] = User;
        return snapshot;
    }

    /// <summary>Leaves a session; also happens when the connection ends.</summary>
    public async Task LeaveSession(Guid sessionId)
    {
        var session = new SessionId(sessionId);
        if (Joined.TryRemove(session, out var user)) await sessions.LeaveAsync(Context.ConnectionId, session, user);
    }

    /// <summary>Says whether this connection is in front, and which file it shows.</summary>
    public async Task SetPresence(Guid sessionId, PresenceUpdate presence)
    {
        if (!Joined.ContainsKey(new SessionId(sessionId))) throw EdgeErrors.NotJoined.ToHubException();
        var status = presence?.Status switch
        {
            "online" => PresenceStatus.Online,
            "away" => PresenceStatus.Away,
            _ => throw EdgeErrors.BadStatus.ToHubException(),
        };
        FileId? file = presence.FileId is { } id ? new FileId(id) : null;
        await sessions.SetPresenceAsync(Context.ConnectionId, new SessionId(sessionId), User, status, file);
    }

    /// <summary>Opens a file: a stream of frames, the first one <c>sync</c>. Cancelling it closes the file.</summary>
    public async IAsyncEnumerable<FileFrame> OpenFile(Guid fileId, byte[] stateVector, [EnumeratorCancellation] CancellationToken ct)
    {
        var file = new FileId(fileId);
        if (stateVector is { Length: > MaxStateVectorBytes }) throw Domain.Editing.EditErrors.TooLarge.ToHubException();
        using var place = Places.Take(file) ?? throw EdgeErrors.TooManyOpen.ToHubException();
        var opened = await files.OpenAsync(Context.User.Actor(), file, Vector(stateVector), echo: false, Context.GetHttpContext()!.Line(), ct);
        if (!opened.TryGet(out var open, out var error))
        {
            throw await denied.RefuseAsync(Context, error, new DeniedAttempt(nameof(OpenFile), error.Code, "file", $"{file}") { File = file });
        }
        // The same file opened again on this connection: the newer stream speaks, the older one ends.
        Open.AddOrUpdate(file, open, (_, older) =>
        {
            older.Dispose();
            return open;
        });
        try
        {
            while (true)
            {
                await Context.RoomAsync(ct);
                foreach (var frame in await open.Subscription.TakeAsync(ct))
                {
                    yield return FileFrame.From(frame);
                    foreach (var part in frame.Rest)
                    {
                        await Context.RoomAsync(ct);
                        yield return FileFrame.From(new Domain.Editing.RoomFrame(Domain.Editing.RoomFrameKind.Edit) { Payload = part });
                    }
                    if (frame.Kind != Domain.Editing.RoomFrameKind.Closed) continue;
                    open.Ended(frame.Code);
                    yield break;
                }
            }
        }
        finally
        {
            Open.TryRemove(new KeyValuePair<FileId, OpenFile>(file, open));
            open.Dispose();
            if (open.WasDrained) Move();
        }
    }

    /// <summary>Pushes one Yjs update. Fire and forget: <c>saved</c> or <c>rejected</c> in the file's stream answers.</summary>
    public async Task PushEdit(Guid fileId, long seq, byte[] update)
    {
        if (!Open.TryGetValue(new FileId(fileId), out var open)) throw EdgeErrors.NotOpen.ToHubException();
        await open.PushAsync(seq, update ?? [], Context.ConnectionAborted);
    }

    /// <summary>Moves cursors: one y-protocols awareness update.</summary>
    public async Task MoveCursor(Guid fileId, byte[] awareness)
    {
        if (!Open.TryGetValue(new FileId(fileId), out var open)) throw EdgeErrors.NotOpen.ToHubException();
        var error = await open.MoveCursorAsync(awareness ?? [], Context.ConnectionAborted);
        if (error != DecodeError.None) throw EdgeErrors.BadCursor.ToHubException();
    }

    /// <summary>Keeps the connection past the expiry of its token; the new one must be of the same person.</summary>
    public async Task RenewToken(string accessToken)
    {
        if (!await expiry.RenewAsync(Context, User, accessToken)) throw HubErrors.TokenInvalid;
    }

    /// <inheritdoc/>
    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        expiry.Forget(Context);
        foreach (var open in Open.Values) open.Dispose();
        foreach (var (session, user) in Joined) await sessions.LeaveAsync(Context.ConnectionId, session, user);
        await base.OnDisconnectedAsync(exception);
    }

    /// <summary>The node stops: once all files of this connection have heard so, it is closed with leave to reconnect.</summary>
    private void Move()
    {
        foreach (var open in Open.Values) open.Drain();
        if (Open.IsEmpty) Context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    private T Get<T>(string key) => (T)Context.Items[key]!;

    private static ReadOnlyMemory<byte> Vector(byte[]? stateVector) => stateVector is null or { Length: 0 } ? new byte[] { 0 } : stateVector;
}
