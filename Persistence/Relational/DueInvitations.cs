using CollabHub.Domain.Invitations;

namespace CollabHub.Persistence.Relational;

/// <summary>Both tables of invitations, by the end of their time.</summary>
public sealed class DueInvitations(DbSession db) : IDueInvitations
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Invitation>> DueAsync(DateTimeOffset now, int take, CancellationToken ct)
    {
        var rows = new List<InvitationStore.Row>(await db.QueryAsync<InvitationStore.Row>(InvitationSql.DueIntoWorkspaces, new { now, take }, ct));
        rows.AddRange(await db.QueryAsync<InvitationStore.Row>(InvitationSql.DueIntoSessions, new { now, take = take - rows.Count }, ct));
        return [.. rows.Select(row => row.ToView().Invitation)];
    }

    /// <inheritdoc/>
    public async Task<bool> ExpireAsync(Invitation seen, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(seen);
        await db.HoldWorkspaceAsync(seen.Workspace.Value, ct);
        var args = new { id = seen.Id.Value, workspace = seen.Workspace.Value, session = seen.Place.Session?.Value, now };
        return await db.ExecuteAsync(seen.Place.Session is null ? InvitationSql.ExpireInWorkspace : InvitationSql.ExpireInSession, args, ct) == 1;
    }
}
