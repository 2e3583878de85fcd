import type { Participant } from "../types";

/** Someone in a session, as operators see them. */
export type WatchedParticipant = Participant & { sessionId: string };

/** One event of `WatchPresence`. A `snapshot` replaces everything that was known; `seq` counts 1, 2, 3 … without a gap. */
export interface PresenceEvent {
  kind: "snapshot" | "joined" | "left" | "changed";
  seq: number;
  sessionId?: string | null;
  participants: WatchedParticipant[];
}

/** Who is where: session, then person. */
export type PresenceModel = ReadonlyMap<string, ReadonlyMap<string, WatchedParticipant>>;

/** What is known after an event; the model before it stays as it was. */
export function applyPresence(model: PresenceModel, event: PresenceEvent): PresenceModel {
  const next = new Map(event.kind === "snapshot" ? [] : model);
  for (const person of event.participants) {
    const people = new Map(next.get(person.sessionId));
    if (event.kind === "left") people.delete(person.userId);
    else people.set(person.userId, person);
    if (people.size > 0) next.set(person.sessionId, people);
    else next.delete(person.sessionId);
  }
  return next;
}
