-- How far each workspace's document has to be: revision of name, owner and files; version of the sections, which wait in pending.
create table document_heads (
    ws_id uuid primary key references workspaces (ws_id),
    revision bigint not null,
    version bigint not null,
    pending text
);

-- The tags of the sections, where lists of workspaces can be filtered by them.
create table workspace_tags (
    ws_id uuid not null references workspaces (ws_id),
    tag text not null,
    primary key (ws_id, tag)
);
create index workspace_tags_tag on workspace_tags (tag, ws_id);

-- The documents themselves, where no MongoDB is configured: the same fields.
create table mongo_workspaces (
    _id text primary key,
    ws_id uuid not null unique references workspaces (ws_id),
    owner_id uuid not null,
    name text not null,
    settings jsonb not null,
    files jsonb not null,
    environment jsonb not null,
    deployment jsonb not null,
    git jsonb not null,
    collaboration jsonb not null,
    tags jsonb not null,
    analytics jsonb not null,
    revision bigint not null,
    version bigint not null,
    deleted boolean not null default false
);

-- The server's own keys, where several nodes share them.
create table data_protection_keys (
    key_name text primary key,
    xml text not null,
    created_at timestamptz not null
);

-- Workspaces that were there before their documents.
insert into document_heads (ws_id, revision, version) select ws_id, 1, 0 from workspaces;
insert into outbox (kind, payload, created_at, next_attempt_at) select 'document', cast(ws_id as text), created_at, created_at from workspaces;
