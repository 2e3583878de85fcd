/** Shapes of docs/protocol.md. Ids are lower-case UUIDs; times are RFC 3339 in UTC. */

export type WorkspaceRole = "owner" | "admin" | "editor" | "viewer";
export type SessionRole = "owner" | "editor" | "viewer";
export type Role = WorkspaceRole;

export interface User {
  userId: string;
  email: string | null;
  username: string;
  displayName: string;
  firstName: string | null;
  lastName: string | null;
  profileImageUrl: string | null;
  emailVerified: boolean;
  isGuest: boolean;
  hasPassword: boolean;
  /** The provider that the account is linked to. */
  externalProvider: string | null;
  createdAt: string;
}

/** Answer of register, guest, login and refresh. `expiresIn` is in seconds. */
export interface SignIn {
  user: User;
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Workspace {
  workspaceId: string;
  name: string;
  description: string | null;
  ownerId: string;
  isPublic: boolean;
  isTemplate: boolean;
  status: "active" | "archived" | "deleted";
  role: WorkspaceRole;
  createdAt: string;
  updatedAt: string;
  lastActive: string | null;
}

/** A live coding session on one workspace. */
export interface Session {
  sessionId: string;
  workspaceId: string;
  name: string;
  description: string | null;
  language: string | null;
  framework: string | null;
  isDynamic: boolean;
  ownerId: string;
  status: "active" | "idle" | "ended";
  role: SessionRole;
  createdAt: string;
  updatedAt: string;
  lastActive: string | null;
}

export interface WorkspaceFile {
  fileId: string;
  path: string;
  language: string | null;
  /** UTF-8 bytes. */
  size: number;
  updatedAt: string;
  updatedBy: string | null;
}

export interface Invitation {
  invitationId: string;
  kind: "workspace" | "session";
  workspaceId?: string | null;
  sessionId?: string | null;
  targetName: string;
  /** Absent for a share link, which whoever holds it may accept. */
  email?: string | null;
  role: Role;
  message?: string | null;
  status: "pending" | "accepted" | "declined" | "revoked" | "expired";
  invitedBy: { userId: string; displayName: string };
  createdAt: string;
  expiresAt: string;
  /** Only in the answer that creates a share link; the token is in its fragment. */
  link?: string | null;
}

/** What became of each address that was invited, each once, in the order given. */
export interface Invited { items: InvitedAddress[] }

/** `invitation`, or `code` and `detail` of what refused this one address; `retryAfter` in seconds. */
export interface InvitedAddress { email: string; invitation?: Invitation; code?: string; detail?: string; retryAfter?: number }

export type PresenceStatus = "online" | "away";

/** One person in a session, however many tabs they have open (`connections`). */
export interface Participant {
  userId: string;
  username: string;
  displayName: string;
  /** CSS colour, chosen by the server. */
  color: string;
  role: Role;
  status: PresenceStatus | "offline";
  fileId?: string | null;
  joinedAt: string;
  lastActive: string;
  connections: number;
}

/** Answer of `JoinSession`. */
export interface SessionSnapshot {
  session: Session;
  you: Participant;
  participants: Participant[];
  files: WorkspaceFile[];
  deployment?: Deployment | null;
}

export type DeploymentStatus = "pending" | "building" | "starting" | "running" | "stopping" | "stopped" | "failed";
export type AppVisibility = "private" | "members" | "public";

/** One run of a session's files as an app. */
export interface Deployment {
  deploymentId: string;
  sessionId: string;
  ownerId: string;
  deploymentUrl: string;
  status: DeploymentStatus;
  reason?: string | null;
  detail?: string | null;
  runtime: string;
  port: number;
  visibility: AppVisibility;
  restarts: number;
  createdAt: string;
  startedAt?: string | null;
  stoppedAt?: string | null;
  lastActive: string;
  /** When it stops unless somebody uses it; set once that is announced. */
  idleStopAt?: string | null;
}

export interface PastDeployment {
  pastDeploymentId: string;
  originalDeploymentId: string;
  status: DeploymentStatus;
  createdAt: string;
  startedAt: string | null;
  stoppedAt: string;
  totalRuntimeMinutes: number;
  reasonForStop: string;
  detail: string | null;
}

/** How a file differs between an app and now. */
export interface FileDrift {
  fileId: string;
  path: string;
  change: "changed" | "moved" | "added" | "removed";
}

/** A configured way of running apps. `start` is the command; the app listens on `port`. */
export interface AppRuntime {
  name: string;
  isStatic: boolean;
  languages: string[];
  start: string;
  build: string | null;
  port: number;
}

/** One item of the `WatchDeployment` stream; which fields are set depends on `kind`. */
export interface WatchFrame {
  kind: "status" | "log" | "stats";
  deployment?: Deployment | null;
  source?: "build" | "stdout" | "stderr" | null;
  text?: string | null;
  stats?: { at: string; cpuPercent: number; memoryBytes: number; memoryLimitBytes: number; processes: number } | null;
}

/** Why a `PushEdit` was not applied. */
export type RejectionCode =
  | "file.read_only" | "edit.too_large" | "edit.malformed" | "file.too_large" | "rate.limited" | "store.unavailable";

/** Why the server ended a file stream. */
export type CloseCode =
  | "file.deleted" | "access.revoked" | "session.ended" | "server.draining" | "edit.rejected" | "slow.reader";

/** One item of the `OpenFile` stream; which fields are set depends on `kind`. */
export interface FileFrame {
  kind: "sync" | "edit" | "cursors" | "saved" | "rejected" | "role" | "closed";
  seq?: number | null;
  payload?: Uint8Array | null;
  stateVector?: Uint8Array | null;
  role?: Role | null;
  code?: string | null;
}

export const canEdit = (role: Role | null): boolean => role === "owner" || role === "admin" || role === "editor";
