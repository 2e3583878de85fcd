-- Versions: how the text is stored and what it is. Files: since when there are changes without a version.
alter table file_versions add column encoding text not null default 'utf-8' check (encoding in ('utf-8', 'brotli'));
alter table file_versions add column hash text not null default '';
alter table files add column unversioned_since text;
create index files_unversioned on files (unversioned_since) where unversioned_since is not null;

-- Who wrote which units of which Yjs client, and when: what of the log is needed after its records are dropped.
create table file_authorship (
    file_id text not null references files (file_id),
    client_id integer not null,
    clock integer not null,
    clock_end integer not null,
    user_id text references users (user_id),
    seq integer not null,
    written_at text not null,
    primary key (file_id, client_id, clock)
) strict;
