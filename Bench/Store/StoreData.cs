using Npgsql;

namespace CollabHub.Bench.Store;

/// <summary>
/// Ten thousand workspaces with everything in them and a million audit rows. Workspace 1 is the large one: 2,000 members, invitations and
/// files, 1,000 sessions, 200,000 audit rows. Ada is a member of every second workspace, Bob of five.
/// </summary>
internal static class StoreData
{
    /// <summary>The large workspace.</summary>
    public static readonly Guid Large = Id(2, 1);

    /// <summary>A session of it, with 500 participants and 1,000 invitations.</summary>
    public static readonly Guid LargeSession = Id(3, 10_000);

    /// <summary>Someone who did a hundred things in the large workspace.</summary>
    public static readonly Guid Someone = Id(1, 6);

    private const string Sql = """
        set local synchronous_commit = off;
        create function pg_temp.id(kind integer, n bigint) returns uuid language sql immutable as
        $$ select ('0' || kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
        create function pg_temp.at(n bigint) returns timestamptz language sql immutable as
        $$ select timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second' $$;

        update users set email_verified = true;
        insert into users (user_id, email, username, first_name, last_name, email_verified, created_at, updated_at)
        select pg_temp.id(1, n), 'person' || n || '@example.org', 'person' || n, 'Person', n, true, pg_temp.at(n), pg_temp.at(n)
        from generate_series(1, 10000) n;

        insert into workspaces (ws_id, name, description, owner_id, is_public, is_template, status, created_at, updated_at, last_active)
        select pg_temp.id(2, n), (array['Compiler', 'Parser', 'Server', 'Editor', 'Website', 'Game', 'Robot', 'Thesis'])[1 + n % 8] || ' of person ' || n,
               'What it is about', pg_temp.id(1, n), n % 10 = 0, n % 50 = 0, case when n % 7 = 3 then 'archived' else 'active' end,
               pg_temp.at(n * 600), pg_temp.at(n * 600), pg_temp.at(n * 600)
        from generate_series(1, 10000) n;
        insert into document_heads (ws_id, revision, version) select pg_temp.id(2, n), 1, 0 from generate_series(1, 10000) n;
        insert into workspace_tags (ws_id, tag) select pg_temp.id(2, n), 'tag' || (n * k) % 200 from generate_series(1, 10000) n, generate_series(1, 3) k
        on conflict do nothing;
        insert into workspace_tags (ws_id, tag) select pg_temp.id(2, n), 'rare' from generate_series(1, 10000, 1000) n;

        insert into workspace_permissions (ws_id, user_id, role, granted_by, created_at, updated_at)
        select pg_temp.id(2, n), pg_temp.id(1, n), 'owner', pg_temp.id(1, n), pg_temp.at(n * 600), pg_temp.at(n * 600) from generate_series(1, 10000) n;
        insert into workspace_permissions (ws_id, user_id, role, granted_by, created_at, updated_at)
        select pg_temp.id(2, n), pg_temp.id(1, 1 + (n * 7 + k * 1013) % 10000), 'editor', pg_temp.id(1, n), pg_temp.at(n * 600 + k), pg_temp.at(n * 600 + k)
        from generate_series(1, 10000) n, generate_series(1, 5) k on conflict do nothing;
        insert into workspace_permissions (ws_id, user_id, role, granted_by, created_at, updated_at)
        select pg_temp.id(2, 1), pg_temp.id(1, n), 'viewer', pg_temp.id(1, 1), pg_temp.at(n), pg_temp.at(n) from generate_series(2, 2000) n on conflict do nothing;
        insert into workspace_permissions (ws_id, user_id, role, granted_by, created_at, updated_at)
        select pg_temp.id(2, n), (select user_id from users where username = 'ada'), 'admin', pg_temp.id(1, n), pg_temp.at(n * 600), pg_temp.at(n * 600)
        from generate_series(1, 10000, 2) n;
        insert into workspace_permissions (ws_id, user_id, role, granted_by, created_at, updated_at)
        select pg_temp.id(2, n), (select user_id from users where username = 'bob'), 'admin', pg_temp.id(1, n), pg_temp.at(n * 600), pg_temp.at(n * 600)
        from generate_series(1, 10000, 2000) n;

        insert into sessions (session_id, ws_id, name, owner_id, status, created_at, updated_at, last_active)
        select pg_temp.id(3, n), pg_temp.id(2, 1 + n % 10000), 'Session ' || n, pg_temp.id(1, 1 + n % 10000), (array['active', 'idle', 'ended'])[1 + n % 3],
               pg_temp.at(n * 300), pg_temp.at(n * 300), now()
        from generate_series(1, 20000) n;
        insert into sessions (session_id, ws_id, name, owner_id, status, created_at, updated_at, last_active)
        select pg_temp.id(3, n), pg_temp.id(2, 1), 'Session ' || n, pg_temp.id(1, 1), (array['active', 'idle', 'ended'])[1 + n % 3],
               pg_temp.at(n * 300), pg_temp.at(n * 300), now()
        from generate_series(20001, 21000) n;
        insert into session_participants (participant_id, session_id, user_id, role, joined_at, last_active, is_active)
        select pg_temp.id(4, n * 3 + k), pg_temp.id(3, n), pg_temp.id(1, 1 + (n * 11 + k * 977) % 10000), 'editor', pg_temp.at(n * 300), pg_temp.at(n * 300), n % 3 < 2
        from generate_series(1, 21000) n, generate_series(0, 2) k on conflict do nothing;
        insert into session_participants (participant_id, session_id, user_id, role, joined_at, last_active)
        select pg_temp.id(5, n), pg_temp.id(3, 10000), pg_temp.id(1, n), 'viewer', pg_temp.at(n), pg_temp.at(n) from generate_series(1, 500) n on conflict do nothing;

        insert into workspace_invitations (invitation_id, ws_id, invited_by, invited_email, role, status, token_hash, expires_at, created_at, updated_at)
        select pg_temp.id(6, n), case when n <= 2000 then pg_temp.id(2, 1) else pg_temp.id(2, 1 + n % 10000) end, pg_temp.id(1, 1 + n % 10000),
               case when n % 100 = 1 then 'ada@example.org' else 'guest' || n || '@example.org' end, 'editor',
               case when n % 100 = 1 and n > 10000 or n <= 2000 and n % 100 = 1 then 'declined' else (array['pending', 'accepted', 'declined', 'revoked', 'expired'])[1 + n % 5] end,
               'w' || n, now() + interval '7 days', pg_temp.at(n * 100), pg_temp.at(n * 100)
        from generate_series(1, 52000) n;
        insert into session_invitations (invitation_id, session_id, invited_by, email, role, status, token_hash, expires_at, created_at)
        select pg_temp.id(7, n), case when n <= 1000 then pg_temp.id(3, 10000) else pg_temp.id(3, 1 + n % 20000) end, pg_temp.id(1, 1 + n % 10000),
               case when n % 100 = 1 then 'ada@example.org' else 'guest' || n || '@example.org' end, 'editor',
               case when n % 100 = 1 and n > 20000 or n <= 1000 and n % 100 = 1 then 'declined' else (array['pending', 'accepted', 'declined', 'revoked', 'expired'])[1 + n % 5] end,
               's' || n, now() + interval '7 days', pg_temp.at(n * 100)
        from generate_series(1, 41000) n;

        insert into files (file_id, ws_id, path, path_key, language, size, hash, created_at, updated_at)
        select pg_temp.id(8, n), case when n <= 2000 then pg_temp.id(2, 1) else pg_temp.id(2, 1 + n % 10000) end,
               'src/folder' || n % 40 || '/file' || n || '.ts', 'src/folder' || n % 40 || '/file' || n || '.ts', 'typescript', 0, null, pg_temp.at(n), pg_temp.at(n)
        from generate_series(1, 102000) n;

        insert into refresh_tokens (token_id, user_id, token_hash, family_id, expires_at, created_at, device_info)
        select pg_temp.id(9, n), pg_temp.id(1, 1 + n % 10000), 'h' || n, pg_temp.id(9, n), now() + interval '7 days', pg_temp.at(n), 'A browser' from generate_series(1, 50000) n;

        insert into audit_logs (ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash)
        select case when n % 5 = 0 then pg_temp.id(2, 1) else pg_temp.id(2, 1 + n % 10000) end, pg_temp.id(1, 1 + n % 10000),
               case when n % 25000 = 0 then 'workspace.transfer'
                    else (array['file.write', 'file.create', 'file.move', 'file.delete', 'member.set', 'invitation.create', 'session.create'])[1 + (n / 5) % 7] end,
               'file', pg_temp.id(8, 1 + n % 100000), jsonb_build_object('size', n), jsonb_build_object('size', n + 1, 'hash', md5(n::text)),
               '192.0.2.7', 'Mozilla/5.0', pg_temp.at(n * 5), repeat(md5((n - 1)::text), 2), repeat(md5(n::text), 2)
        from generate_series(1, 1000000) n;
        insert into audit_heads (chain, log_id, row_count, hash)
        select ends.ws_id, ends.log_id, ends.rows, last.hash
        from (select ws_id, max(log_id) as log_id, count(*) as rows from audit_logs where ws_id is not null group by ws_id) ends join audit_logs last on last.log_id = ends.log_id
        on conflict do nothing;
        """;

    /// <summary>The id of one thing of a kind, as <c>pg_temp.id</c> makes it.</summary>
    public static Guid Id(int kind, long n) =>
        Guid.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0{kind}000000-0000-7000-8000-{n:x12}"));

    /// <summary>Fills a database that has the tables and the accounts <c>ada</c> and <c>bob</c>, and lets Postgres look at what it has.</summary>
    public static async Task FillAsync(string postgres)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var fill = new NpgsqlCommand(Sql, connection, transaction);
            await fill.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }
        await using var analyze = new NpgsqlCommand("vacuum analyze", connection);
        await analyze.ExecuteNonQueryAsync();
    }
}
