namespace CollabHub.Persistence.Relational;

/// <summary>The SQL of <see cref="InvitationStore"/>: two tables, one shape.</summary>
internal static class InvitationSql
{
    private const string FromWorkspaces = $"""
        select i.invitation_id as invitation_id, i.ws_id, cast(null as uuid) as session_id, i.invited_email as email, i.invited_user_id, i.role, cast(null as text) as message, i.status,
               i.invited_by, i.created_at as created_at, i.expires_at, w.name as target_name, {PersonSql.DisplayName} as inviter_name
        from workspace_invitations i join workspaces w on w.ws_id = i.ws_id join users u on u.user_id = i.invited_by
        """;

    private const string FromSessions = $"""
        select i.invitation_id as invitation_id, s.ws_id, i.session_id, i.email, cast(null as uuid) as invited_user_id, i.role, i.message, i.status,
               i.invited_by, i.created_at as created_at, i.expires_at, s.name as target_name, {PersonSql.DisplayName} as inviter_name
        from session_invitations i join sessions s on s.session_id = i.session_id join workspaces w on w.ws_id = s.ws_id
        join users u on u.user_id = i.invited_by
        """;

    private const string SeenStatus = "case when i.status = 'pending' and i.expires_at <= @now then 'expired' else i.status end";

    private const string After = " and (i.created_at, i.invitation_id) < (@at, @after)";

    private const string NewestFirst = " order by i.created_at desc, i.invitation_id desc limit @take";

    // Each way on which an invitation reaches someone has an index in the order of the list, and gives no more than the list can take.
    private const string OfPerson = " and w.status <> 'deleted' and (@status = '' or " + SeenStatus + " = @status)" + After + NewestFirst;

    public const string Find =
        FromWorkspaces + " where i.invitation_id = @id union all " + FromSessions + " where i.invitation_id = @id";

    public const string FindByToken =
        FromWorkspaces + " where i.token_hash = @hash union all " + FromSessions + " where i.token_hash = @hash";

    public const string ListForWorkspace = FromWorkspaces + " where i.ws_id = @workspace" + After + NewestFirst;

    public const string ListForSession = FromSessions + " where i.session_id = @session" + After + NewestFirst;

    public const string ListForPerson =
        "select * from (select * from (" + FromWorkspaces + " where i.invited_user_id = @user" + OfPerson + ") byuser"
        + " union all select * from (" + FromWorkspaces
        + " where lower(i.invited_email) = lower(@email) and (i.invited_user_id is null or i.invited_user_id <> @user)" + OfPerson + ") bymail"
        + " union all select * from (" + FromSessions + " where lower(i.email) = lower(@email)" + OfPerson + ") tosessions"
        + ") i" + NewestFirst;

    public const string AddToWorkspace = """
        insert into workspace_invitations
            (invitation_id, ws_id, invited_by, invited_user_id, invited_email, role, status, token_hash, expires_at, created_at, updated_at)
        values (@id, @workspace, @invitedBy, @invitedUser, @email, @role, 'pending', @hash, @expiresAt, @createdAt, @createdAt)
        on conflict (ws_id, lower(invited_email)) where status = 'pending' and invited_email is not null do update
        set invited_by = excluded.invited_by, role = excluded.role, token_hash = excluded.token_hash, expires_at = excluded.expires_at,
            updated_at = excluded.updated_at
        returning invitation_id
        """;

    public const string RefreshForUser = """
        update workspace_invitations
        set invited_by = @invitedBy, role = @role, token_hash = @hash, expires_at = @expiresAt, updated_at = @createdAt
        where ws_id = @workspace and invited_user_id = @invitedUser and status = 'pending'
        returning invitation_id
        """;

    public const string AddToSession = """
        insert into session_invitations (invitation_id, session_id, email, invited_by, role, message, status, token_hash, created_at, expires_at)
        values (@id, @session, @email, @invitedBy, @role, @message, 'pending', @hash, @createdAt, @expiresAt)
        on conflict (session_id, lower(email)) where status = 'pending' and email is not null do update
        set invited_by = excluded.invited_by, role = excluded.role, message = excluded.message, token_hash = excluded.token_hash,
            expires_at = excluded.expires_at
        returning invitation_id
        """;

    public const string CountOpen = """
        select (select count(*) from workspace_invitations where invited_by = @inviter and status = 'pending' and expires_at > @now)
             + (select count(*) from session_invitations where invited_by = @inviter and status = 'pending' and expires_at > @now)
        """;

    public const string DueIntoWorkspaces = FromWorkspaces + " where i.status = 'pending' and i.expires_at <= @now order by i.expires_at limit @take";

    public const string DueIntoSessions = FromSessions + " where i.status = 'pending' and i.expires_at <= @now order by i.expires_at limit @take";

    public const string ExpireInWorkspace = """
        update workspace_invitations set status = 'expired', updated_at = @now
        where invitation_id = @id and ws_id = @workspace and status = 'pending' and expires_at <= @now
        """;

    public const string ExpireInSession = """
        update session_invitations set status = 'expired', responded_at = @now
        where invitation_id = @id and session_id = @session and status = 'pending' and expires_at <= @now
        """;

    // One that has expired comes back unless another one for the same person is pending by now.
    public const string RenewInWorkspace = """
        update workspace_invitations set token_hash = @hash, expires_at = @expiresAt, updated_at = @now, status = 'pending'
        where invitation_id = @id and ws_id = @workspace and (status = 'pending' or (status = 'expired' and not exists (
            select 1 from workspace_invitations other
            where other.ws_id = workspace_invitations.ws_id and other.status = 'pending' and (other.invited_user_id = workspace_invitations.invited_user_id
                or lower(other.invited_email) = lower(workspace_invitations.invited_email)))))
        """;

    public const string RenewInSession = """
        update session_invitations set token_hash = @hash, expires_at = @expiresAt, responded_at = null, status = 'pending'
        where invitation_id = @id and session_id = @session and (status = 'pending' or (status = 'expired' and not exists (
            select 1 from session_invitations other
            where other.session_id = session_invitations.session_id and other.status = 'pending' and lower(other.email) = lower(session_invitations.email))))
        """;

    public const string SettleInWorkspace = """
        update workspace_invitations set status = @status, updated_at = @now
        where invitation_id = @id and ws_id = @workspace
          and ((status = 'pending' and (@evenExpired = true or expires_at > @now)) or (status = 'expired' and @evenExpired = true))
        """;

    public const string SettleInSession = """
        update session_invitations set status = @status, responded_at = @now
        where invitation_id = @id and session_id = @session
          and ((status = 'pending' and (@evenExpired = true or expires_at > @now)) or (status = 'expired' and @evenExpired = true))
        """;

    public const string RevokeIntoWorkspaceFor = """
        update workspace_invitations set status = 'revoked', updated_at = @now
        where ws_id = @workspace and status = 'pending' and (invited_user_id = @user or lower(invited_email) = lower(@email))
        """;

    public const string RevokeIntoSessionsFor = """
        update session_invitations set status = 'revoked', responded_at = @now
        where status = 'pending' and lower(email) = lower(@email)
          and session_id in (select session_id from sessions where ws_id = @workspace)
        """;

    public const string RevokeIntoSessionFor = """
        update session_invitations set status = 'revoked', responded_at = @now
        where session_id = @session and status = 'pending' and lower(email) = lower(@email)
        """;

    public const string RevokeAllIntoWorkspace = """
        update workspace_invitations set status = 'revoked', updated_at = @now where ws_id = @workspace and status = 'pending'
        """;

    public const string RevokeAllIntoSessions = """
        update session_invitations set status = 'revoked', responded_at = @now
        where status = 'pending' and session_id in (select session_id from sessions where ws_id = @workspace)
        """;
}
