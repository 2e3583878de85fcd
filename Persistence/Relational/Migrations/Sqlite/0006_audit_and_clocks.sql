-- Filters of the audit log, newest first; the chain itself is walked by audit_logs_ws.
create index audit_logs_time on audit_logs (ws_id, timestamp, log_id);
create index audit_logs_action on audit_logs (ws_id, action, timestamp, log_id);
create index audit_logs_user on audit_logs (ws_id, user_id, timestamp, log_id);

-- The last link of each chain: a row that is missing at its end is noticed.
create table audit_heads (
    chain text primary key,           -- the workspace; all zeros for the account events
    log_id integer not null,
    row_count integer not null,
    hash text not null
) strict;
insert into audit_heads (chain, log_id, row_count, hash)
select coalesce(ends.ws_id, '00000000-0000-0000-0000-000000000000'), ends.log_id, ends.row_count, last.hash
from (select ws_id, max(log_id) as log_id, count(*) as row_count from audit_logs group by ws_id) ends
join audit_logs last on last.log_id = ends.log_id;

-- A person's stay in a workspace: one open row, kept by the node that saw the person last.
alter table user_sessions add column node text;
drop index user_sessions_open;
create unique index user_sessions_one_open on user_sessions (ws_id, user_id) where ended_at is null;
create index user_sessions_quiet on user_sessions (last_activity) where ended_at is null;

-- What the clock looks for.
create index sessions_quiet on sessions (last_active) where status <> 'ended';
create index workspace_invitations_due on workspace_invitations (expires_at) where status = 'pending';
create index session_invitations_due on session_invitations (expires_at) where status = 'pending';

-- Lists with the newest first, for someone who is a member of very many workspaces.
create index workspaces_recent on workspaces (created_at, ws_id);
