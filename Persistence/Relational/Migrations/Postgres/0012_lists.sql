-- Lists in the order in which they are read, so that a page costs a page; docs/storage.md, Lists.
create index workspace_permissions_members on workspace_permissions (ws_id, created_at, user_id);
create index session_participants_list on session_participants (session_id, joined_at, user_id) where is_active;
create index workspace_invitations_to_user on workspace_invitations (invited_user_id, created_at, invitation_id);
create index workspace_invitations_to_email on workspace_invitations (lower(invited_email), created_at, invitation_id);
create index session_invitations_to_email on session_invitations (lower(email), created_at, invitation_id);
create index sessions_recent on sessions (created_at, session_id);
