import type { Invitation, Invited, Page, WorkspaceRole } from "../types";
import type { Http } from "./http";

/** Someone in a workspace; `email` is there for those who manage members, and in one's own row. */
export interface Member {
  userId: string;
  username: string;
  displayName: string;
  role: WorkspaceRole;
  status: "active" | "suspended";
  email?: string;
  createdAt: string;
}

/** One row of the audit log: the columns of its table. */
export interface AuditRow {
  logId: number;
  wsId: string | null;
  userId: string | null;
  action: string;
  resourceType: string;
  resourceId: string;
  oldValue: Record<string, unknown> | null;
  newValue: Record<string, unknown> | null;
  ipAddress: string | null;
  userAgent: string | null;
  timestamp: string;
  prevHash: string;
  hash: string;
}

/** Which rows: exactly this action, by this person, from (included) and to (not included) a time or a day. */
export interface AuditFilter { action?: string; userId?: string; from?: string; to?: string }

/** `firstBroken` is the `logId` of the first row that does not fit the hash chain. */
export interface AuditVerdict { ok: boolean; rows: number; firstBroken: number | null }

/** The routes around the people of one workspace, and its audit log. Every call may throw a `CollabError`. */
export class TeamApi {
  readonly #http: Http;
  readonly #base: string;

  constructor(http: Http, workspaceId: string) {
    this.#http = http;
    this.#base = `/workspaces/${workspaceId}`;
  }

  members(cursor?: string): Promise<Page<Member>> { return this.#http.get(`${this.#base}/members`, { cursor, limit: 200 }); }
  setRole(userId: string, role: WorkspaceRole): Promise<Member> { return this.#http.put(`${this.#base}/members/${userId}`, { role }); }
  /** Removes a member; of oneself: leaves. */
  remove(userId: string): Promise<void> { return this.#http.delete(`${this.#base}/members/${userId}`); }
  transfer(userId: string): Promise<unknown> { return this.#http.post(`${this.#base}/transfer`, { userId }); }

  invitations(cursor?: string): Promise<Page<Invitation>> { return this.#http.get(`${this.#base}/invitations`, { cursor, limit: 200 }); }
  invite(email: string, role: WorkspaceRole): Promise<Invitation> { return this.#http.post(`${this.#base}/invitations`, { email, role }); }
  /** Invites several at once; a refusal that concerns one address is in its item. */
  inviteMany(emails: readonly string[], role: WorkspaceRole): Promise<Invited> { return this.#http.post(`${this.#base}/invitations/bulk`, { emails, role }); }
  resend(invitationId: string): Promise<Invitation> { return this.#http.post(`${this.#base}/invitations/${invitationId}/resend`); }
  revoke(invitationId: string): Promise<void> { return this.#http.delete(`${this.#base}/invitations/${invitationId}`); }

  audit(filter: AuditFilter, cursor?: string): Promise<Page<AuditRow>> { return this.#http.get(`${this.#base}/audit`, { ...filter, cursor }); }
  verifyAudit(): Promise<AuditVerdict> { return this.#http.get(`${this.#base}/audit/verify`); }
  /** All rows of a filter, as a file. */
  exportAudit(filter: AuditFilter, type: "text/csv" | "application/x-ndjson" = "text/csv"): Promise<Blob> {
    return this.#http.form(`${this.#base}/audit`, { ...filter }, type);
  }
}
