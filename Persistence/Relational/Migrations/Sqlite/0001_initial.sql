-- The tables of the entity diagram and their additions. UUIDs are lower-case text, times are RFC 3339 text in UTC with
-- microseconds ("2026-01-31T12:00:00.000000Z"), so that comparing text compares time.

create table users (
    user_id text primary key,
    email text,                       -- null for guests
    password_hash text,
    username text not null,
    first_name text,
    last_name text,
    profile_image_url text,
    email_verified integer not null default 0,
    is_active integer not null default 1,
    oauth_provider text,
    oauth_provider_id text,
    created_at text not null,
    updated_at text not null,
    last_login text
) strict;
create unique index users_email on users (lower(email)) where email is not null;
create unique index users_username on users (lower(username));
create unique index users_oauth on users (oauth_provider, oauth_provider_id) where oauth_provider is not null;

create table workspaces (
    ws_id text primary key,
    name text not null,
    description text,
    owner_id text not null references users (user_id),
    is_public integer not null default 0,
    is_template integer not null default 0,
    status text not null default 'active' check (status in ('active', 'archived', 'deleted')),
    created_at text not null,
    updated_at text not null,
    last_active text not null
) strict;
create index workspaces_owner on workspaces (owner_id);

create table workspace_permissions (
    ws_id text not null references workspaces (ws_id),
    user_id text not null references users (user_id),
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    granted_by text references users (user_id),
    status text not null default 'active' check (status in ('active', 'suspended', 'revoked')),
    created_at text not null,
    updated_at text not null,
    version integer not null default 1,
    primary key (ws_id, user_id)
) strict;
create index workspace_permissions_user on workspace_permissions (user_id, status);
create unique index workspace_permissions_one_owner on workspace_permissions (ws_id) where role = 'owner' and status = 'active';

create table workspace_invitations (
    invitation_id text primary key,
    ws_id text not null references workspaces (ws_id),
    invited_by text not null references users (user_id),
    invited_user_id text references users (user_id),
    invited_email text,
    role text not null check (role in ('admin', 'editor', 'viewer')),
    status text not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    token_hash text unique,
    expires_at text not null,
    created_at text not null,
    updated_at text not null
) strict;
create unique index workspace_invitations_one_pending on workspace_invitations (ws_id, lower(invited_email))
    where status = 'pending' and invited_email is not null;
create index workspace_invitations_email on workspace_invitations (lower(invited_email), status);
create index workspace_invitations_user on workspace_invitations (invited_user_id, status);

create table sessions (
    session_id text primary key,
    ws_id text not null references workspaces (ws_id),
    name text not null,
    description text,
    language text,
    framework text,
    is_dynamic integer not null default 0,
    owner_id text not null references users (user_id),
    status text not null default 'active' check (status in ('active', 'idle', 'ended')),
    created_at text not null,
    updated_at text not null,
    last_active text not null
) strict;
create index sessions_ws on sessions (ws_id, status);
create index sessions_owner on sessions (owner_id);

create table session_participants (
    participant_id text primary key,
    session_id text not null references sessions (session_id),
    user_id text references users (user_id),
    email text,
    role text not null check (role in ('owner', 'editor', 'viewer')),
    joined_at text not null,
    last_active text not null,
    is_active integer not null default 1
) strict;
create unique index session_participants_one_live on session_participants (session_id, user_id) where is_active = 1;
create index session_participants_user on session_participants (user_id, is_active);

create table session_invitations (
    invitation_id text primary key,
    session_id text not null references sessions (session_id),
    email text,                       -- null: a share link, for whoever holds it
    invited_by text not null references users (user_id),
    role text not null check (role in ('editor', 'viewer')),
    message text,
    status text not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    token_hash text unique,
    created_at text not null,
    expires_at text not null,
    responded_at text
) strict;
create unique index session_invitations_one_pending on session_invitations (session_id, lower(email))
    where status = 'pending' and email is not null;
create index session_invitations_email on session_invitations (lower(email), status);

create table deployments (
    deployment_id text primary key,
    session_id text not null references sessions (session_id),
    deployment_url text,
    container_id text,
    port integer,
    status text not null check (status in ('pending', 'building', 'starting', 'running', 'stopping', 'stopped', 'failed')),
    owner_id text not null references users (user_id),
    created_at text not null,
    started_at text,
    stopped_at text,
    last_active text
) strict;
create index deployments_session on deployments (session_id, status);

create table deployment_participants (
    participant_id text primary key,
    deployment_id text not null references deployments (deployment_id),
    user_id text references users (user_id),
    email text,
    role text not null check (role in ('owner', 'operator', 'viewer')),
    joined_at text not null,
    last_active text not null,
    is_active integer not null default 1
) strict;
create unique index deployment_participants_one_live on deployment_participants (deployment_id, user_id) where is_active = 1;

create table past_deployments (
    past_deployment_id text primary key,
    original_deployment_id text not null unique references deployments (deployment_id),
    session_id text not null references sessions (session_id),
    deployment_url text,
    container_id text,
    port integer,
    owner_id text not null references users (user_id),
    created_at text not null,
    started_at text,
    stopped_at text not null,
    total_runtime_minutes integer not null,
    reason_for_stop text not null
) strict;
create index past_deployments_session on past_deployments (session_id, stopped_at);

create table audit_logs (
    log_id integer primary key autoincrement,
    ws_id text,
    user_id text,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    old_value text,
    new_value text,
    ip_address text,
    user_agent text,
    timestamp text not null,
    prev_hash text not null,
    hash text not null
) strict;
create index audit_logs_ws on audit_logs (ws_id, log_id);
create trigger audit_logs_no_update before update on audit_logs begin select raise(abort, 'audit_logs is append-only'); end;
create trigger audit_logs_no_delete before delete on audit_logs begin select raise(abort, 'audit_logs is append-only'); end;

create table refresh_tokens (
    token_id text primary key,
    user_id text not null references users (user_id),
    token_hash text not null unique,
    family_id text not null,
    replaced_by text references refresh_tokens (token_id),
    expires_at text not null,
    created_at text not null,
    used_at text,
    revoked_at text,
    device_info text,
    ip_address text
) strict;
create index refresh_tokens_user on refresh_tokens (user_id, revoked_at);
create index refresh_tokens_family on refresh_tokens (family_id);

create table user_sessions (
    session_id text primary key,
    user_id text not null references users (user_id),
    ws_id text not null references workspaces (ws_id),
    status text not null check (status in ('online', 'away', 'ended')),
    last_activity text not null,
    created_at text not null,
    ended_at text
) strict;
create index user_sessions_open on user_sessions (ws_id, user_id) where ended_at is null;

-- A file's identity, place and head of its edit log. The workspace document's files[] follows these rows.
create table files (
    file_id text primary key,
    ws_id text not null references workspaces (ws_id),
    path text not null,
    path_key text not null,           -- NFC, case-folded: what must be unique
    language text,
    size integer not null default 0,  -- UTF-8 bytes
    hash text,                        -- SHA-256 of the text
    head_seq integer not null default 0,
    created_at text not null,
    created_by text references users (user_id),
    updated_at text not null,
    updated_by text references users (user_id),
    deleted_at text
) strict;
create unique index files_path on files (ws_id, path_key) where deleted_at is null;

create table file_updates (
    file_id text not null references files (file_id),
    seq integer not null,
    batch_id text not null,
    user_id text references users (user_id),
    payload blob not null,
    checksum integer not null,
    created_at text not null,
    primary key (file_id, seq),
    unique (file_id, batch_id)
) strict;

create table file_snapshots (
    file_id text not null references files (file_id),
    seq integer not null,
    payload blob not null,
    checksum integer not null,
    created_at text not null,
    quarantined_at text,
    primary key (file_id, seq)
) strict;

create table file_versions (
    file_id text not null references files (file_id),
    n integer not null,
    name text,
    kind text not null check (kind in ('named', 'automatic')),
    seq integer not null,
    payload blob not null,
    checksum integer not null,
    size integer not null,
    created_at text not null,
    created_by text references users (user_id),
    primary key (file_id, n)
) strict;

create table file_clients (
    file_id text not null references files (file_id),
    client_id integer not null,
    user_id text not null references users (user_id),
    primary key (file_id, client_id)
) strict;

create table one_time_tokens (
    token_hash text primary key,
    kind text not null,
    user_id text not null references users (user_id),
    created_at text not null,
    expires_at text not null,
    used_at text
) strict;
create index one_time_tokens_user on one_time_tokens (user_id, kind);

create table idempotency_keys (
    user_id text not null,
    idempotency_key text not null,
    request_hash text not null,
    status_code integer,
    response text,
    created_at text not null,
    primary key (user_id, idempotency_key)
) strict;

create table outbox (
    outbox_id integer primary key autoincrement,
    kind text not null,
    payload text not null,
    created_at text not null,
    attempts integer not null default 0,
    next_attempt_at text not null,
    last_error text
) strict;
create index outbox_due on outbox (next_attempt_at);
