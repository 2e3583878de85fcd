-- The tables of the entity diagram and their additions; the SQLite script of the same number says the same.

create table users (
    user_id uuid primary key,
    email text,                       -- null for guests
    password_hash text,
    username text not null,
    first_name text,
    last_name text,
    profile_image_url text,
    email_verified boolean not null default false,
    is_active boolean not null default true,
    oauth_provider text,
    oauth_provider_id text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_login timestamptz
);
create unique index users_email on users (lower(email)) where email is not null;
create unique index users_username on users (lower(username));
create unique index users_oauth on users (oauth_provider, oauth_provider_id) where oauth_provider is not null;

create table workspaces (
    ws_id uuid primary key,
    name text not null,
    description text,
    owner_id uuid not null references users (user_id),
    is_public boolean not null default false,
    is_template boolean not null default false,
    status text not null default 'active' check (status in ('active', 'archived', 'deleted')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_active timestamptz not null
);
create index workspaces_owner on workspaces (owner_id);

create table workspace_permissions (
    ws_id uuid not null references workspaces (ws_id),
    user_id uuid not null references users (user_id),
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    granted_by uuid references users (user_id),
    status text not null default 'active' check (status in ('active', 'suspended', 'revoked')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null default 1,
    primary key (ws_id, user_id)
);
create index workspace_permissions_user on workspace_permissions (user_id, status);
create unique index workspace_permissions_one_owner on workspace_permissions (ws_id) where role = 'owner' and status = 'active';

create table workspace_invitations (
    invitation_id uuid primary key,
    ws_id uuid not null references workspaces (ws_id),
    invited_by uuid not null references users (user_id),
    invited_user_id uuid references users (user_id),
    invited_email text,
    role text not null check (role in ('admin', 'editor', 'viewer')),
    status text not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    token_hash text unique,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index workspace_invitations_one_pending on workspace_invitations (ws_id, lower(invited_email))
    where status = 'pending' and invited_email is not null;
create index workspace_invitations_email on workspace_invitations (lower(invited_email), status);
create index workspace_invitations_user on workspace_invitations (invited_user_id, status);

create table sessions (
    session_id uuid primary key,
    ws_id uuid not null references workspaces (ws_id),
    name text not null,
    description text,
    language text,
    framework text,
    is_dynamic boolean not null default false,
    owner_id uuid not null references users (user_id),
    status text not null default 'active' check (status in ('active', 'idle', 'ended')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_active timestamptz not null
);
create index sessions_ws on sessions (ws_id, status);
create index sessions_owner on sessions (owner_id);

create table session_participants (
    participant_id uuid primary key,
    session_id uuid not null references sessions (session_id),
    user_id uuid references users (user_id),
    email text,
    role text not null check (role in ('owner', 'editor', 'viewer')),
    joined_at timestamptz not null,
    last_active timestamptz not null,
    is_active boolean not null default true
);
create unique index session_participants_one_live on session_participants (session_id, user_id) where is_active;
create index session_participants_user on session_participants (user_id, is_active);

create table session_invitations (
    invitation_id uuid primary key,
    session_id uuid not null references sessions (session_id),
    email text,                       -- null: a share link, for whoever holds it
    invited_by uuid not null references users (user_id),
    role text not null check (role in ('editor', 'viewer')),
    message text,
    status text not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    token_hash text unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    responded_at timestamptz
);
create unique index session_invitations_one_pending on session_invitations (session_id, lower(email))
    where status = 'pending' and email is not null;
create index session_invitations_email on session_invitations (lower(email), status);

create table deployments (
    deployment_id uuid primary key,
    session_id uuid not null references sessions (session_id),
    deployment_url text,
    container_id text,
    port integer,
    status text not null check (status in ('pending', 'building', 'starting', 'running', 'stopping', 'stopped', 'failed')),
    owner_id uuid not null references users (user_id),
    created_at timestamptz not null,
    started_at timestamptz,
    stopped_at timestamptz,
    last_active timestamptz
);
create index deployments_session on deployments (session_id, status);

create table deployment_participants (
    participant_id uuid primary key,
    deployment_id uuid not null references deployments (deployment_id),
    user_id uuid references users (user_id),
    email text,
    role text not null check (role in ('owner', 'operator', 'viewer')),
    joined_at timestamptz not null,
    last_active timestamptz not null,
    is_active boolean not null default true
);
create unique index deployment_participants_one_live on deployment_participants (deployment_id, user_id) where is_active;

create table past_deployments (
    past_deployment_id uuid primary key,
    original_deployment_id uuid not null unique references deployments (deployment_id),
    session_id uuid not null references sessions (session_id),
    deployment_url text,
    container_id text,
    port integer,
    owner_id uuid not null references users (user_id),
    created_at timestamptz not null,
    started_at timestamptz,
    stopped_at timestamptz not null,
    total_runtime_minutes bigint not null,
    reason_for_stop text not null
);
create index past_deployments_session on past_deployments (session_id, stopped_at);

create table audit_logs (
    log_id bigint generated always as identity primary key,
    ws_id uuid,
    user_id uuid,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    old_value jsonb,
    new_value jsonb,
    ip_address inet,
    user_agent text,
    timestamp timestamptz not null,
    prev_hash text not null,
    hash text not null
);
create index audit_logs_ws on audit_logs (ws_id, log_id);
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit_logs is append-only';
end
$$;
create trigger audit_logs_append_only before update or delete on audit_logs for each row execute function refuse_audit_change();
create trigger audit_logs_no_truncate before truncate on audit_logs for each statement execute function refuse_audit_change();

create table refresh_tokens (
    token_id uuid primary key,
    user_id uuid not null references users (user_id),
    token_hash text not null unique,
    family_id uuid not null,
    replaced_by uuid references refresh_tokens (token_id),
    expires_at timestamptz not null,
    created_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    device_info text,
    ip_address inet
);
create index refresh_tokens_user on refresh_tokens (user_id, revoked_at);
create index refresh_tokens_family on refresh_tokens (family_id);

create table user_sessions (
    session_id uuid primary key,
    user_id uuid not null references users (user_id),
    ws_id uuid not null references workspaces (ws_id),
    status text not null check (status in ('online', 'away', 'ended')),
    last_activity timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz
);
create index user_sessions_open on user_sessions (ws_id, user_id) where ended_at is null;

-- A file's identity, place and head of its edit log. The workspace document's files[] follows these rows.
create table files (
    file_id uuid primary key,
    ws_id uuid not null references workspaces (ws_id),
    path text not null,
    path_key text not null,           -- NFC, case-folded: what must be unique
    language text,
    size bigint not null default 0,  -- UTF-8 bytes
    hash text,                        -- SHA-256 of the text
    head_seq bigint not null default 0,
    created_at timestamptz not null,
    created_by uuid references users (user_id),
    updated_at timestamptz not null,
    updated_by uuid references users (user_id),
    deleted_at timestamptz
);
create unique index files_path on files (ws_id, path_key) where deleted_at is null;

create table file_updates (
    file_id uuid not null references files (file_id),
    seq bigint not null,
    batch_id uuid not null,
    user_id uuid references users (user_id),
    payload bytea not null,
    checksum bigint not null,
    created_at timestamptz not null,
    primary key (file_id, seq),
    unique (file_id, batch_id)
);

create table file_snapshots (
    file_id uuid not null references files (file_id),
    seq bigint not null,
    payload bytea not null,
    checksum bigint not null,
    created_at timestamptz not null,
    quarantined_at timestamptz,
    primary key (file_id, seq)
);

create table file_versions (
    file_id uuid not null references files (file_id),
    n bigint not null,
    name text,
    kind text not null check (kind in ('named', 'automatic')),
    seq bigint not null,
    payload bytea not null,
    checksum bigint not null,
    size bigint not null,
    created_at timestamptz not null,
    created_by uuid references users (user_id),
    primary key (file_id, n)
);

create table file_clients (
    file_id uuid not null references files (file_id),
    client_id bigint not null,
    user_id uuid not null references users (user_id),
    primary key (file_id, client_id)
);

create table one_time_tokens (
    token_hash text primary key,
    kind text not null,
    user_id uuid not null references users (user_id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index one_time_tokens_user on one_time_tokens (user_id, kind);

create table idempotency_keys (
    user_id text not null,
    idempotency_key text not null,
    request_hash text not null,
    status_code bigint,
    response text,
    created_at timestamptz not null,
    primary key (user_id, idempotency_key)
);

create table outbox (
    outbox_id bigint generated always as identity primary key,
    kind text not null,
    payload text not null,
    created_at timestamptz not null,
    attempts bigint not null default 0,
    next_attempt_at timestamptz not null,
    last_error text
);
create index outbox_due on outbox (next_attempt_at);
