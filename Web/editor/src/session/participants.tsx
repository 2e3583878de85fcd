import type { JSX } from "preact";
import type { Participant, SessionModel } from "@collabhub/sdk";
import { Avatar, RoleBadge } from "../ui/people";

const byName = (you: string) => (a: Participant, b: Participant): number =>
  a.userId === you ? -1 : b.userId === you ? 1 : a.displayName.localeCompare(b.displayName);

/** Who is in the session: oneself first. Without a connection (`live` false) the list is faded: it is what was known last. */
export function Participants({ model, live, onOpen }: { model: SessionModel; live: boolean; onOpen: (fileId: string) => void }): JSX.Element {
  const people = [...model.participants.values()].sort(byName(model.you.userId));
  return (
    <aside class={live ? "panel people" : "panel people stale"} aria-label="Participants">
      <header><h2>People</h2><span class="muted count">{people.length}</span></header>
      <ul>
        {people.map((who) => <Person key={who.userId} who={who} isYou={who.userId === model.you.userId} model={model} onOpen={onOpen} />)}
      </ul>
    </aside>
  );
}

function Person({ who, isYou, model, onOpen }: { who: Participant; isYou: boolean; model: SessionModel; onOpen: (fileId: string) => void }): JSX.Element {
  const file = who.fileId == null ? undefined : model.files.get(who.fileId);
  return (
    <li class="person">
      <Avatar name={who.displayName} color={who.color} away={who.status !== "online"} />
      <span class="person-text">
        <span class="name">{who.displayName}</span>
        <span class="muted where">
          {isYou ? "you" : who.status}
          {file !== undefined && !isYou && <> · <button type="button" class="link" title={`Go to ${file.path}`} onClick={() => onOpen(file.fileId)}>{file.path.slice(file.path.lastIndexOf("/") + 1)}</button></>}
        </span>
      </span>
      <RoleBadge role={who.role} />
    </li>
  );
}
