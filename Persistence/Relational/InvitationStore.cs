using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>The tables <c>workspace_invitations</c> and <c>session_invitations</c>.</summary>
public sealed class InvitationStore(DbSession db) : IInvitationStore
{
    /// <inheritdoc/>
    public async Task<InvitationId> AddOrRefreshAsync(Invitation invitation, string tokenHash, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        var args = new
        {
            id = invitation.Id.Value, workspace = invitation.Workspace.Value, session = invitation.Place.Session?.Value,
            invitedBy = invitation.InvitedBy.Value, invitedUser = invitation.InvitedUser?.Value, email = invitation.Email,
            role = invitation.Role.ToName(), message = invitation.Message, hash = tokenHash,
            createdAt = invitation.CreatedAt, expiresAt = invitation.ExpiresAt,
        };
        await db.HoldWorkspaceAsync(invitation.Workspace.Value, ct);
        if (invitation.InvitedUser is not null && await db.QueryAsync<Guid>(InvitationSql.RefreshForUser, args, ct) is [var refreshed, ..])
        {
            return new InvitationId(refreshed);
        }
        var sql = invitation.Place.Session is null ? InvitationSql.AddToWorkspace : InvitationSql.AddToSession;
        return new InvitationId(await db.FindAsync<Guid>(sql, args, ct));
    }

    /// <inheritdoc/>
    public async Task<InvitationView?> FindAsync(InvitationId id, CancellationToken ct) =>
        (await db.FindAsync<Row>(InvitationSql.Find, new { id = id.Value }, ct))?.ToView();

    /// <inheritdoc/>
    public async Task<InvitationView?> FindByTokenAsync(string tokenHash, CancellationToken ct) =>
        (await db.FindAsync<Row>(InvitationSql.FindByToken, new { hash = tokenHash }, ct))?.ToView();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InvitationView>> ListAsync(InvitationPlace place, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Descending();
        var args = new { workspace = place.Workspace?.Value, session = place.Session?.Value, at = start.At, after = start.Id, take = slice.Take };
        var rows = await db.QueryAsync<Row>(place.Session is null ? InvitationSql.ListForWorkspace : InvitationSql.ListForSession, args, ct);
        return [.. rows.Select(row => row.ToView())];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InvitationView>> ListForPersonAsync(
        UserId user, string? email, InvitationStatus? status, DateTimeOffset now, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Descending();
        var args = new { user = user.Value, email = email ?? "", status = status?.ToName() ?? "", now, at = start.At, after = start.Id, take = slice.Take };
        return [.. (await db.QueryAsync<Row>(InvitationSql.ListForPerson, args, ct)).Select(row => row.ToView())];
    }

    /// <inheritdoc/>
    public async Task<int> CountOpenAsync(UserId inviter, DateTimeOffset now, CancellationToken ct)
    {
        await db.HoldQuotaAsync("invitations", inviter, ct);
        return await db.FindAsync<int>(InvitationSql.CountOpen, new { inviter = inviter.Value, now }, ct);
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(Invitation invitation, string tokenHash, DateTimeOffset expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        var args = new
        {
            id = invitation.Id.Value, workspace = invitation.Workspace.Value, session = invitation.Place.Session?.Value, hash = tokenHash, expiresAt, now,
        };
        await db.HoldWorkspaceAsync(invitation.Workspace.Value, ct);
        return await db.ExecuteAsync(invitation.Place.Session is null ? InvitationSql.RenewInWorkspace : InvitationSql.RenewInSession, args, ct) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> SettleAsync(Invitation invitation, InvitationStatus status, bool evenExpired, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        var args = new
        {
            id = invitation.Id.Value, workspace = invitation.Workspace.Value, session = invitation.Place.Session?.Value,
            status = status.ToName(), evenExpired, now,
        };
        await db.HoldWorkspaceAsync(invitation.Workspace.Value, ct);
        return await db.ExecuteAsync(invitation.Place.Session is null ? InvitationSql.SettleInWorkspace : InvitationSql.SettleInSession, args, ct) == 1;
    }

    /// <inheritdoc/>
    public async Task RevokeForAsync(InvitationPlace place, UserId user, string? email, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { workspace = place.Workspace?.Value, session = place.Session?.Value, user = user.Value, email = email ?? "", now };
        if (place.Session is not null)
        {
            await db.ExecuteAsync(InvitationSql.RevokeIntoSessionFor, args, ct);
            return;
        }
        await db.ExecuteAsync(InvitationSql.RevokeIntoWorkspaceFor, args, ct);
        await db.ExecuteAsync(InvitationSql.RevokeIntoSessionsFor, args, ct);
    }

    /// <inheritdoc/>
    public async Task RevokeAllAsync(WorkspaceId workspace, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { workspace = workspace.Value, now };
        await db.ExecuteAsync(InvitationSql.RevokeAllIntoWorkspace, args, ct);
        await db.ExecuteAsync(InvitationSql.RevokeAllIntoSessions, args, ct);
    }

    internal sealed class Row
    {
        public Guid InvitationId { get; init; }
        public Guid WsId { get; init; }
        public Guid? SessionId { get; init; }
        public string? Email { get; init; }
        public Guid? InvitedUserId { get; init; }
        public string Role { get; init; } = "";
        public string? Message { get; init; }
        public string Status { get; init; } = "";
        public Guid InvitedBy { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public string TargetName { get; init; } = "";
        public string InviterName { get; init; } = "";

        public InvitationView ToView()
        {
            var workspace = new WorkspaceId(WsId);
            var place = SessionId is { } session ? InvitationPlace.Of(new SessionId(session)) : InvitationPlace.Of(workspace);
            var status = InvitationStatusNames.Parse(Status) ?? throw new InvalidDataException($"Unknown invitation status {Status}.");
            var invitation = new Invitation(
                new InvitationId(InvitationId), place, workspace, Email, InvitedUserId is { } user ? new UserId(user) : null,
                RoleNames.Parse(Role), Message, status, new UserId(InvitedBy), CreatedAt, ExpiresAt);
            return new InvitationView(invitation, TargetName, InviterName);
        }
    }
}
