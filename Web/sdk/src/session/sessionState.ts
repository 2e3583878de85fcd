import type { CollabError } from "../errors";
import type { Deployment, Participant, Session, SessionSnapshot, WorkspaceFile } from "../types";

/**
 * Where a session's connection stands. Only `SessionConnection.#transition` assigns it.
 * - `offline`: not started, stopped, or refused for good (`error` says why); no further attempt will be made.
 * - `connecting`: an attempt is under way, or the next one is due at `retryAt` (ms since 1970; null = under way).
 * - `live`: joined.
 */
export type ConnectionState =
  | { kind: "offline"; error?: CollabError }
  | { kind: "connecting"; attempt: number; retryAt: number | null; error?: CollabError }
  | { kind: "live" };

/** What the hub tells about a session while one is joined. */
export type SessionEvent =
  | { kind: "ParticipantJoined" | "ParticipantLeft"; sessionId: string; participant: Participant }
  | { kind: "PresenceChanged"; sessionId: string; changes: Participant[] }
  | { kind: "RoleChanged" | "ParticipantRemoved"; sessionId: string; userId: string; role?: Participant["role"] | null }
  | { kind: "FileAdded" | "FileChanged" | "FileRemoved"; workspaceId: string; file: WorkspaceFile }
  | { kind: "SessionChanged" | "SessionEnded"; session: Session }
  | { kind: "DeploymentChanged"; deployment: Deployment };

export const sessionEventNames: readonly SessionEvent["kind"][] = [
  "ParticipantJoined", "ParticipantLeft", "PresenceChanged", "RoleChanged", "ParticipantRemoved",
  "FileAdded", "FileChanged", "FileRemoved", "SessionChanged", "SessionEnded", "DeploymentChanged",
];

/** A session as it stands: the snapshot with all events since applied to it. Immutable. */
export interface SessionModel {
  session: Session;
  you: Participant;
  participants: ReadonlyMap<string, Participant>;
  files: ReadonlyMap<string, WorkspaceFile>;
  /** Files that were removed; a late event about one does not bring it back. */
  removedFiles: ReadonlySet<string>;
  /** The newest deployment. */
  deployment: Deployment | null;
  /** The one whose app answers; an older one while a new one is on its way. */
  running: Deployment | null;
  /** The deployment that ended last while one looked on. */
  ended: string | null;
}

export const modelOf = (snapshot: SessionSnapshot): SessionModel => ({
  session: { ...snapshot.session, role: snapshot.you.role as Session["role"] },
  you: snapshot.you,
  participants: new Map([...snapshot.participants, snapshot.you].map((who) => [who.userId, who])),
  files: new Map(snapshot.files.map((file) => [file.fileId, file])),
  removedFiles: new Set(),
  deployment: snapshot.deployment ?? null,
  running: snapshot.deployment?.status === "running" ? snapshot.deployment : null,
  ended: null,
});

/** Applies one event. Events about other sessions, repeated ones and ones that come late change nothing. */
export function withEvent(model: SessionModel, event: SessionEvent): SessionModel {
  if ("sessionId" in event && event.sessionId !== model.session.sessionId) return model;
  switch (event.kind) {
    case "ParticipantJoined": return withPeople(model, [event.participant]);
    case "PresenceChanged": return withPeople(model, event.changes);
    case "ParticipantLeft": return withoutPerson(model, event.participant.userId);
    case "ParticipantRemoved": return withoutPerson(model, event.userId);
    case "RoleChanged": {
      const who = model.participants.get(event.userId);
      return who === undefined || event.role == null ? model : withPeople(model, [{ ...who, role: event.role }]);
    }
    case "FileAdded":
    case "FileChanged": return withFile(model, event.file);
    case "FileRemoved": {
      const files = new Map(model.files);
      files.delete(event.file.fileId);
      return { ...model, files, removedFiles: new Set(model.removedFiles).add(event.file.fileId) };
    }
    case "DeploymentChanged": return withDeployment(model, event.deployment);
    case "SessionChanged":
    case "SessionEnded":
      return event.session.sessionId === model.session.sessionId
        ? { ...model, session: { ...event.session, role: model.session.role } } : model;
  }
}

function withPeople(model: SessionModel, changed: readonly Participant[]): SessionModel {
  const participants = new Map(model.participants);
  for (const who of changed) participants.set(who.userId, who);
  return { ...model, participants, you: participants.get(model.you.userId) ?? model.you };
}

function withoutPerson(model: SessionModel, userId: string): SessionModel {
  if (userId === model.you.userId) return model; // told by the connection's end, not by the list
  const participants = new Map(model.participants);
  return participants.delete(userId) ? { ...model, participants } : model;
}

function withFile(model: SessionModel, file: WorkspaceFile): SessionModel {
  const known = model.files.get(file.fileId);
  const isLate = model.removedFiles.has(file.fileId) || (known !== undefined && Date.parse(known.updatedAt) > Date.parse(file.updatedAt));
  return isLate ? model : { ...model, files: new Map(model.files).set(file.fileId, file) };
}

function withDeployment(model: SessionModel, changed: Deployment): SessionModel {
  if (changed.sessionId !== model.session.sessionId) return model;
  const isNewest = model.deployment === null || Date.parse(changed.createdAt) >= Date.parse(model.deployment.createdAt);
  const running = changed.status === "running" ? changed : model.running?.deploymentId === changed.deploymentId ? null : model.running;
  const ended = changed.status === "stopped" || changed.status === "failed" ? changed.deploymentId : model.ended;
  return { ...model, deployment: isNewest ? changed : model.deployment, running, ended };
}
