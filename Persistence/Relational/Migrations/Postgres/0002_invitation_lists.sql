-- Invitations are listed by place, newest first, and counted by inviter.
create index workspace_invitations_place on workspace_invitations (ws_id, created_at);
create index session_invitations_place on session_invitations (session_id, created_at);
create index workspace_invitations_inviter on workspace_invitations (invited_by, status);
create index session_invitations_inviter on session_invitations (invited_by, status);
