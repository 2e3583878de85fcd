using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Storage;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>deployment_participants</c>; ended participations stay as history.</summary>
public sealed class DeploymentParticipantStore(DbSession db) : IDeploymentParticipantStore
{
    private const string SelectSql = $"""
        select dp.deployment_id, dp.user_id, u.username, {PersonSql.DisplayName} as display_name, dp.role, dp.joined_at, dp.last_active
        from deployment_participants dp join users u on u.user_id = dp.user_id
        where dp.deployment_id = @deployment and dp.is_active = true
        """;

    private const string FindSql = SelectSql + " and dp.user_id = @user";

    private const string ListSql = SelectSql + """
         and (dp.joined_at, dp.user_id) > (@at, @after)
        order by dp.joined_at, dp.user_id
        limit @take
        """;

    private const string ChangeSql = """
        update deployment_participants set role = @role where deployment_id = @deployment and user_id = @user and is_active = true
        """;

    private const string AddSql = """
        insert into deployment_participants (participant_id, deployment_id, user_id, role, joined_at, last_active, is_active)
        values (@id, @deployment, @user, @role, @now, @now, true)
        on conflict do nothing
        """;

    private const string RemoveSql = """
        update deployment_participants set is_active = false, last_active = @now
        where deployment_id = @deployment and user_id = @user and is_active = true
        """;

    private const string TouchSql = """
        update deployment_participants set last_active = @now where deployment_id = @deployment and user_id = @user and is_active = true
        """;

    /// <inheritdoc/>
    public async Task<DeploymentParticipant?> FindAsync(DeploymentId deployment, UserId user, CancellationToken ct) =>
        (await db.FindAsync<Row>(FindSql, new { deployment = deployment.Value, user = user.Value }, ct))?.ToParticipant();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeploymentParticipant>> ListAsync(DeploymentId deployment, Slice slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var start = slice.Ascending();
        var rows = await db.QueryAsync<Row>(ListSql, new { deployment = deployment.Value, at = start.At, after = start.Id, take = slice.Take }, ct);
        return [.. rows.Select(row => row.ToParticipant())];
    }

    /// <inheritdoc/>
    public async Task SetAsync(Guid id, DeploymentId deployment, UserId user, Role role, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { id, deployment = deployment.Value, user = user.Value, role = role.ToDeploymentRole(), now };
        if (await db.ExecuteAsync(ChangeSql, args, ct) == 0) await db.ExecuteAsync(AddSql, args, ct);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(DeploymentId deployment, UserId user, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync(RemoveSql, new { deployment = deployment.Value, user = user.Value, now }, ct) == 1;

    /// <inheritdoc/>
    public Task TouchAsync(DeploymentId deployment, UserId user, DateTimeOffset now, CancellationToken ct) =>
        db.ExecuteAsync(TouchSql, new { deployment = deployment.Value, user = user.Value, now }, ct);

    private sealed class Row
    {
        public Guid DeploymentId { get; init; }
        public Guid UserId { get; init; }
        public string Username { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public DateTimeOffset JoinedAt { get; init; }
        public DateTimeOffset LastActive { get; init; }

        public DeploymentParticipant ToParticipant() =>
            new(new DeploymentId(DeploymentId), new UserId(UserId), Username, DisplayName, DeploymentNames.ParseRole(Role), JoinedAt, LastActive);
    }
}
