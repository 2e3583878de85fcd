using CollabHub.Domain;
using CollabHub.Domain.Accounts;

namespace CollabHub.Persistence.Relational;

/// <summary>Takes an account out of every table that names it; rows that others need keep the id.</summary>
public sealed class AccountErasure(DbSession db) : IAccountErasure
{
    private const string OwnedIdsSql = "select ws_id from workspaces where owner_id = @user and status <> 'deleted' order by ws_id";

    private const string OwnedSql = """
        select w.ws_id, (select count(*) from workspace_permissions p
                         where p.ws_id = w.ws_id and p.user_id <> @user and p.status <> 'revoked') as others
        from workspaces w
        where w.owner_id = @user and w.status <> 'deleted'
        order by w.ws_id
        """;

    private const string PlacesSql = """
        select ws_id from workspace_permissions where user_id = @user and status <> 'revoked'
        union
        select s.ws_id from session_participants sp join sessions s on s.session_id = sp.session_id where sp.user_id = @user and sp.is_active = true
        order by 1
        """;

    private const string LeaveWorkspacesSql = """
        update workspace_permissions set status = 'revoked', updated_at = @now, version = version + 1
        where user_id = @user and status <> 'revoked' and role <> 'owner'
        returning ws_id
        """;

    private const string LeaveSessionsSql = """
        update session_participants set is_active = false, last_active = @now
        where user_id = @user and is_active = true
        returning session_id
        """;

    private const string RevokeWorkspaceInvitationsSql = """
        update workspace_invitations set status = 'revoked', updated_at = @now
        where status = 'pending' and (invited_by = @user or invited_user_id = @user)
        """;

    private const string RevokeSessionInvitationsSql = """
        update session_invitations set status = 'revoked', responded_at = @now where status = 'pending' and invited_by = @user
        """;

    private const string ErasePersonSql = """
        update users
        set email = null, password_hash = null, username = @username, first_name = 'Deleted', last_name = 'user', profile_image_url = null,
            email_verified = false, is_active = false, oauth_provider = null, oauth_provider_id = null, failed_logins = 0, updated_at = @now
        where user_id = @user
        """;

    private const string EraseDevicesSql = "update refresh_tokens set device_info = null, ip_address = null where user_id = @user";
    private const string EraseTokensSql = "delete from one_time_tokens where user_id = @user";
    private const string EraseAnswersSql = "delete from idempotency_keys where user_id = @name";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OwnedWorkspace>> OwnedAsync(UserId user, CancellationToken ct)
    {
        var args = new { user = user.Value };
        // All places in the order of their ids, so that two who leave the same ones wait for each other and not in a circle.
        var places = await db.QueryAsync<Guid>(PlacesSql, args, ct);
        var owned = await db.QueryAsync<Guid>(OwnedIdsSql, args, ct);
        foreach (var workspace in places.Union(owned).Order()) await db.HoldWorkspaceAsync(workspace, ct);
        await db.HoldQuotaAsync("workspaces", user, ct);
        var rows = await db.QueryAsync<OwnedRow>(OwnedSql, args, ct);
        return [.. rows.Select(row => new OwnedWorkspace(new WorkspaceId(row.WsId), row.Others > 0))];
    }

    /// <inheritdoc/>
    public async Task<LeftPlaces> LeaveAsync(UserId user, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { user = user.Value, now };
        var workspaces = await db.QueryAsync<Guid>(LeaveWorkspacesSql, args, ct);
        var sessions = await db.QueryAsync<Guid>(LeaveSessionsSql, args, ct);
        await db.ExecuteAsync(RevokeWorkspaceInvitationsSql, args, ct);
        await db.ExecuteAsync(RevokeSessionInvitationsSql, args, ct);
        return new LeftPlaces([.. workspaces.Select(id => new WorkspaceId(id))], [.. sessions.Select(id => new SessionId(id))]);
    }

    /// <inheritdoc/>
    public async Task EraseAsync(UserId user, string username, DateTimeOffset now, CancellationToken ct)
    {
        await db.ExecuteAsync(ErasePersonSql, new { user = user.Value, username, now }, ct);
        await db.ExecuteAsync(EraseDevicesSql, new { user = user.Value }, ct);
        await db.ExecuteAsync(EraseTokensSql, new { user = user.Value }, ct);
        await db.ExecuteAsync(EraseAnswersSql, new { name = user.ToString() }, ct);
    }

    private sealed class OwnedRow
    {
        public Guid WsId { get; init; }
        public long Others { get; init; }
    }
}
