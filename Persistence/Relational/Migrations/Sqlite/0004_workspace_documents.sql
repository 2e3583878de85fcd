-- How far each workspace's document has to be: revision of name, owner and files; version of the sections, which wait in pending.
create table document_heads (
    ws_id text primary key references workspaces (ws_id),
    revision integer not null,
    version integer not null,
    pending text
) strict;

-- The tags of the sections, where lists of workspaces can be filtered by them.
create table workspace_tags (
    ws_id text not null references workspaces (ws_id),
    tag text not null,
    primary key (ws_id, tag)
) strict;
create index workspace_tags_tag on workspace_tags (tag, ws_id);

-- The documents themselves, where no MongoDB is configured: the same fields.
create table mongo_workspaces (
    _id text primary key,
    ws_id text not null unique references workspaces (ws_id),
    owner_id text not null,
    name text not null,
    settings text not null,
    files text not null,
    environment text not null,
    deployment text not null,
    git text not null,
    collaboration text not null,
    tags text not null,
    analytics text not null,
    revision integer not null,
    version integer not null,
    deleted integer not null default 0
) strict;

-- The server's own keys, where several nodes share them.
create table data_protection_keys (
    key_name text primary key,
    xml text not null,
    created_at text not null
) strict;

-- Workspaces that were there before their documents.
insert into document_heads (ws_id, revision, version) select ws_id, 1, 0 from workspaces;
insert into outbox (kind, payload, created_at, next_attempt_at) select 'document', cast(ws_id as text), created_at, created_at from workspaces;
