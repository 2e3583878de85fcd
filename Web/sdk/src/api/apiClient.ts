import type {
  AppRuntime, AppVisibility, Deployment, FileDrift, Invitation, Invited, Page, PastDeployment, Session, SessionRole, User, Workspace, WorkspaceFile,
} from "../types";
import { Http, type AccessTokenSource } from "./http";

/** With `templateId` its files, settings, deployment and tags are copied. */
export interface NewWorkspace { name: string; description?: string; isPublic?: boolean; templateId?: string }
export interface NewSession { name: string; description?: string; language?: string; workspaceId?: string }
export interface NewFile { path: string; content?: string; language?: string }
/** Without `email`: a share link, returned once as `link`. */
export interface NewInvitation { role: SessionRole; email?: string; message?: string; expiresInHours?: number }
export interface NewInvitations extends Omit<NewInvitation, "email"> { emails: readonly string[] }

/**
 * The REST side of the server: one method per route, named after what it does. Every call may throw a `CollabError`.
 * The signed-in person's token is attached and renewed; only `invitationByToken` needs none.
 */
export class ApiClient {
  readonly #http: Http;

  constructor(http: Http, tokens: AccessTokenSource) {
    this.#http = http;
    http.tokens = tokens;
  }

  me(): Promise<User> { return this.#http.get("/me"); }

  workspaces(cursor?: string): Promise<Page<Workspace>> { return this.#http.get("/workspaces", { cursor }); }
  workspace(workspaceId: string): Promise<Workspace> { return this.#http.get(`/workspaces/${workspaceId}`); }
  createWorkspace(body: NewWorkspace): Promise<Workspace> { return this.#http.post("/workspaces", body); }

  async files(workspaceId: string): Promise<WorkspaceFile[]> {
    return (await this.#http.get<{ items: WorkspaceFile[] }>(`/workspaces/${workspaceId}/files`)).items;
  }
  /** 409 `file.path_taken` when the path exists. */
  createFile(workspaceId: string, body: NewFile): Promise<WorkspaceFile> {
    return this.#http.post(`/workspaces/${workspaceId}/files`, body);
  }

  sessions(status?: Session["status"], cursor?: string): Promise<Page<Session>> {
    return this.#http.get("/sessions", { status, cursor });
  }
  session(sessionId: string): Promise<Session> { return this.#http.get(`/sessions/${sessionId}`); }
  /** Without `workspaceId` the server creates a private workspace for the session. */
  createSession(body: NewSession): Promise<Session> { return this.#http.post("/sessions", body); }

  /** How the session's files are run; for its owner. */
  updateSession(sessionId: string, body: { language?: string | null; isDynamic?: boolean }): Promise<Session> { return this.#http.patch(`/sessions/${sessionId}`, body); }

  async runtimes(): Promise<AppRuntime[]> { return (await this.#http.get<{ items: AppRuntime[] }>("/runtimes")).items; }
  /** Runs the files as they are now; the present app goes on until the new one answers. */
  deploy(sessionId: string): Promise<Deployment> { return this.#http.post(`/sessions/${sessionId}/deployments`); }
  pastDeployments(sessionId: string): Promise<Page<PastDeployment>> { return this.#http.get(`/sessions/${sessionId}/past-deployments`); }
  stopDeployment(deploymentId: string): Promise<Deployment> { return this.#http.post(`/deployments/${deploymentId}/stop`); }
  restartDeployment(deploymentId: string): Promise<Deployment> { return this.#http.post(`/deployments/${deploymentId}/restart`); }
  showDeployment(deploymentId: string, visibility: AppVisibility): Promise<Deployment> { return this.#http.patch(`/deployments/${deploymentId}`, { visibility }); }
  async deploymentDiff(deploymentId: string): Promise<FileDrift[]> {
    return (await this.#http.get<{ items: FileDrift[] }>(`/deployments/${deploymentId}/diff`)).items;
  }
  /** An address that opens the app in this browser, once, within seconds. */
  deploymentTicket(deploymentId: string): Promise<{ url: string; expiresIn: number }> { return this.#http.post(`/deployments/${deploymentId}/ticket`); }

  inviteToSession(sessionId: string, body: NewInvitation): Promise<Invitation> {
    return this.#http.post(`/sessions/${sessionId}/invitations`, body);
  }
  /** Invites several at once; a refusal that concerns one address is in its item. */
  inviteManyToSession(sessionId: string, body: NewInvitations): Promise<Invited> {
    return this.#http.post(`/sessions/${sessionId}/invitations/bulk`, body);
  }
  sessionInvitations(sessionId: string): Promise<Page<Invitation>> {
    return this.#http.get(`/sessions/${sessionId}/invitations`);
  }
  revokeSessionInvitation(sessionId: string, invitationId: string): Promise<void> {
    return this.#http.delete(`/sessions/${sessionId}/invitations/${invitationId}`);
  }

  /** Pending ones addressed to me. */
  myInvitations(): Promise<Page<Invitation>> { return this.#http.get("/invitations", { status: "pending" }); }
  acceptInvitation(invitationId: string): Promise<Invitation> { return this.#http.post(`/invitations/${invitationId}/accept`); }
  declineInvitation(invitationId: string): Promise<Invitation> { return this.#http.post(`/invitations/${invitationId}/decline`); }

  /** Who invites to what; works without an account. */
  invitationByToken(token: string): Promise<Invitation> {
    return this.#http.get(`/invitations/by-token/${encodeURIComponent(token)}`, {}, { anonymous: true });
  }
  acceptInvitationByToken(token: string): Promise<Invitation> {
    return this.#http.post(`/invitations/by-token/${encodeURIComponent(token)}/accept`);
  }
}
