-- What a deployment needs beside the columns of the diagram.
alter table deployments add column runtime text not null default '';
alter table deployments add column visibility text not null default 'private' check (visibility in ('private', 'members', 'public'));
alter table deployments add column reason text;
alter table deployments add column detail text;
alter table deployments add column address text;
alter table deployments add column generation integer not null default 1;
alter table deployments add column restarts integer not null default 0;
alter table deployments add column replaced_by uuid;
alter table deployments add column idle_warned_at timestamptz;
create index deployments_owner on deployments (owner_id, status);

-- The files that a deployment runs, at exact numbers of their logs; each text once, for as long as a live deployment needs it.
create table deployment_files (
    deployment_id uuid not null references deployments (deployment_id),
    file_id uuid not null,
    path text not null,
    seq bigint not null,
    size bigint not null,
    hash text not null,
    primary key (deployment_id, file_id)
);
create index deployment_files_hash on deployment_files (hash);
create table deployment_texts (
    hash text primary key,
    content bytea not null
);

-- What build and app wrote last, kept after the container is gone.
create table deployment_output (
    deployment_id uuid primary key references deployments (deployment_id),
    build text not null,
    app text not null
);

-- The name of this installation on the container engine: one row.
create table deployment_installation (
    one integer primary key check (one = 1),
    name text not null
);
