using System.Text;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.History;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Deployments;

/// <summary>What other parts of the server hear when something about deployments is to be done.</summary>
public interface IDeploymentSignal
{
    /// <summary>Looks at the desired state soon; never blocks.</summary>
    void Poke();
}

/// <summary>Asks for apps: pins the files and leaves a row for the reconciler, which does the rest.</summary>
public sealed class Deploying(
    AccessGuard guard, ISessionStore sessions, IDeploymentStore deployments, IDeploymentParticipantStore participants, SourcePinning pinning,
    KeepingVersions versions, IContainerRuntime engine, IAccessStore access, IPeople people, AppRuntimes runtimes, DeploymentRules rules, IAppUrls urls, IDeploymentSignal signal, Changes changes)
{
    /// <summary>Deploys the session's files as they are now; the present app of the session goes on until the new one answers.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="id">The session.</param>
    /// <param name="visibility">Who may open the app; null: as with the session's last deployment, else private.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<Result<Deployment>> DeployAsync(Call call, SessionId id, AppVisibility? visibility, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var allowed = await AllowedAsync(call, id, ct);
        if (!allowed.TryGet(out var session, out var refused)) return refused;
        if (runtimes.For(session) is not { } runtime) return DeploymentErrors.NoRuntime;
        if ((await engine.CheckAsync(ct)).Error is { } absent) return absent;
        var pinned = await pinning.PinAsync(session.Workspace, ct);
        if (!pinned.TryGet(out var files, out refused)) return refused;
        foreach (var file in files)
        {
            // What ran can be read, compared and restored later, however long ago it was.
            var text = new TextAt(file.Pinned.Seq, Encoding.UTF8.GetString(file.Utf8.Span));
            var kept = await versions.KeepAutomaticallyAsync(file.Pinned.File, text, "Deployed", call.User, ct);
            if (kept.Error is { } unkept) return unkept;
        }
        var deployed = await changes.RunAsync<Deployment>(
            async token =>
            {
                // Again, now that it is decided: what was true while the files were read may be over.
                var still = await AllowedAsync(call, id, token);
                if (still.Error is { } lost) return lost;
                if (await deployments.CountOfAsync(call.User, id, token) >= rules.AppsPerUser) return DeploymentErrors.Quota;
                if (await deployments.CountAllAsync(id, token) >= rules.AppsPerNode) return DeploymentErrors.NodeFull;
                return await AddAsync(call, session, runtime, visibility, files, token);
            },
            ct);
        if (deployed.Error is null) signal.Poke();
        return deployed;
    }

    private async Task<Result<Session>> AllowedAsync(Call call, SessionId id, CancellationToken ct)
    {
        var granted = await guard.RequireAsync(call.Actor, id, Permission.Deploy, ct);
        if (granted.Error is { } refused) return refused;
        if (await sessions.FindAsync(id, ct) is not { } session) return AccessErrors.SessionNotFound;
        if (session.Status == SessionStatus.Ended) return SessionErrors.Ended;
        if (await access.ForWorkspaceAsync(call.User, session.Workspace, ct) is not { IsArchived: false }) return AccessErrors.WorkspaceArchived;
        if (rules.RequireVerifiedEmail && await people.FindAsync(call.User, ct) is not { EmailVerified: true }) return InvitationErrors.EmailUnverified;
        return session;
    }

    private async Task<Deployment> AddAsync(
        Call call, Session session, AppRuntime runtime, AppVisibility? visibility, IReadOnlyList<PinnedText> files, CancellationToken ct)
    {
        var now = changes.Now;
        var newId = new DeploymentId(changes.NewId());
        var present = await deployments.LiveAsync(session.Id, ct);
        var last = await deployments.ListAsync(session.Id, new Slice(1), ct) is [var newest] ? newest : null;
        var deployment = new Deployment
        {
            Id = newId, Session = session.Id, Workspace = session.Workspace, Owner = call.User, Url = urls.Of(newId), Runtime = runtime.Name,
            Port = runtime.Port, Visibility = visibility ?? last?.Visibility ?? AppVisibility.Private, CreatedAt = now, LastActive = now,
        };
        await deployments.AddAsync(deployment, files, ct);
        await participants.SetAsync(changes.NewId(), newId, call.User, Role.Owner, now, ct);
        // What is still on its way up is overtaken; what runs goes on until the new one answers.
        foreach (var older in present.Where(one => one.IsWanted && one.Status != DeploymentStatus.Running))
        {
            if (await deployments.MoveAsync(older, older.Ending(StopReasons.Replaced) with { ReplacedBy = newId }, ct)) changes.Publish(new DeploymentChanged(older.Session, older.Id));
        }
        var fields = new FieldChanges().Set("sessionId", session.Id.ToString()).Set("runtime", runtime.Name)
            .Set("visibility", deployment.Visibility.ToName()).Set("files", files.Count);
        await changes.AuditAsync(call, session.Workspace, "deployment.create", "deployment", newId.ToString(), fields, ct);
        changes.Publish(new DeploymentChanged(session.Id, newId));
        return deployment;
    }
}
