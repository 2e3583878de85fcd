namespace CollabHub.Persistence.Relational;

/// <summary>The statements of <see cref="DeploymentStore"/>.</summary>
internal static class DeploymentSql
{
    private const string Columns = """
        d.deployment_id, d.session_id, s.ws_id, d.owner_id, d.deployment_url, d.runtime, d.port, d.status, d.visibility, d.reason, d.detail,
        d.container_id, d.address, d.generation, d.restarts, d.replaced_by, d.created_at, d.started_at, d.stopped_at, d.last_active, d.idle_warned_at
        """;

    private const string From = "from deployments d join sessions s on s.session_id = d.session_id";
    private const string IsLive = "d.status not in ('stopped', 'failed')";

    public const string Add = """
        insert into deployments (deployment_id, session_id, deployment_url, container_id, port, status, owner_id, created_at, started_at, stopped_at,
            last_active, runtime, visibility, reason, detail, address, generation, restarts, replaced_by, idle_warned_at)
        values (@id, @session, @url, @containerId, @port, @status, @owner, @createdAt, @startedAt, @stoppedAt,
            @lastActive, @runtime, @visibility, @reason, @detail, @address, @generation, @restarts, @replacedBy, @idleWarnedAt)
        """;

    public const string AddFile = """
        insert into deployment_files (deployment_id, file_id, path, seq, size, hash) values (@id, @file, @path, @seq, @size, @hash)
        """;

    public const string AddText = "insert into deployment_texts (hash, content) values (@hash, @content) on conflict (hash) do nothing";

    public const string Find = $"select {Columns} {From} where d.deployment_id = @id";

    public const string List = $"""
        select {Columns} {From}
        where d.session_id = @session and (d.created_at, d.deployment_id) < (@at, @after)
        order by d.created_at desc, d.deployment_id desc
        limit @take
        """;

    public const string Live = $"select {Columns} {From} where {IsLive} order by d.created_at, d.deployment_id";

    public const string LiveOf = $"select {Columns} {From} where {IsLive} and d.session_id = @session order by d.created_at, d.deployment_id";

    public const string CountOf = $"""
        select count(distinct d.session_id) from deployments d where {IsLive} and d.owner_id = @owner and d.session_id <> @besides
        """;

    public const string CountAll = $"select count(distinct d.session_id) from deployments d where {IsLive} and d.session_id <> @besides";

    public const string Move = """
        update deployments
        set status = @status, visibility = @visibility, reason = @reason, detail = @detail, container_id = @containerId, address = @address,
            generation = @generation, restarts = @restarts, replaced_by = @replacedBy, started_at = @startedAt, stopped_at = @stoppedAt,
            last_active = @lastActive, idle_warned_at = @idleWarnedAt
        where deployment_id = @id and status = @wasStatus and generation = @wasGeneration and visibility = @wasVisibility
        """;

    public const string Touch = """
        update deployments set last_active = @now, idle_warned_at = null
        where deployment_id = @id and status = 'running' and last_active < @now
        """;

    public const string AddPast = """
        insert into past_deployments (past_deployment_id, original_deployment_id, session_id, deployment_url, container_id, port, owner_id,
            created_at, started_at, stopped_at, total_runtime_minutes, reason_for_stop)
        values (@pastId, @id, @session, @url, @containerId, @port, @owner, @createdAt, @startedAt, @stoppedAt, @minutes, @reason)
        on conflict (original_deployment_id) do nothing
        """;

    public const string Past = $"""
        select p.past_deployment_id, p.total_runtime_minutes, {Columns}
        from past_deployments p join deployments d on d.deployment_id = p.original_deployment_id join sessions s on s.session_id = d.session_id
        where p.session_id = @session and (p.stopped_at, p.past_deployment_id) < (@at, @after)
        order by p.stopped_at desc, p.past_deployment_id desc
        limit @take
        """;

    public const string Files = "select file_id, path, seq, size, hash from deployment_files where deployment_id = @id order by path";

    public const string Texts = """
        select f.file_id, f.path, f.seq, f.size, f.hash, t.content
        from deployment_files f join deployment_texts t on t.hash = f.hash
        where f.deployment_id = @id
        order by f.path
        """;

    public const string ForgetTexts = $"""
        delete from deployment_texts
        where not exists (
            select 1 from deployment_files f join deployments d on d.deployment_id = f.deployment_id
            where f.hash = deployment_texts.hash and {IsLive})
        """;

    public const string KeepOutput = """
        insert into deployment_output (deployment_id, build, app) values (@id, coalesce(@build, ''), coalesce(@app, ''))
        on conflict (deployment_id) do update set build = coalesce(@build, deployment_output.build), app = coalesce(@app, deployment_output.app)
        """;

    public const string Output = "select build, app from deployment_output where deployment_id = @id";

    public const string ProposeInstallation = "insert into deployment_installation (one, name) values (1, @proposed) on conflict (one) do nothing";

    public const string Installation = "select name from deployment_installation where one = 1";
}
