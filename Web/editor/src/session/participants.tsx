import type { JSX } from "preact";
import type { Participant, SessionModel } from "@collabhub/sdk";
import type { Follow } from "./follow";
import { Icon } from "../ui/icon";
import { Avatar, RoleBadge } from "../ui/people";

const byName = (you: string) => (a: Participant, b: Participant): number =>
  a.userId === you ? -1 : b.userId === you ? 1 : a.displayName.localeCompare(b.displayName, undefined, { numeric: true });

/** Who is in the session: oneself first. Without a connection (`live` false) the list is faded: it is what was known last. */
export function Participants({ model, live, follow, onOpen }: {
  model: SessionModel; live: boolean; follow: Follow; onOpen: (fileId: string) => void;
}): JSX.Element {
  const people = [...model.participants.values()].sort(byName(model.you.userId));
  return (
    <aside class={live ? "panel people" : "panel people stale"} aria-label="Participants">
      <header><h2>People</h2><span class="muted count">{people.length}</span></header>
      <ul>
        {people.map((who) => <Person key={who.userId} who={who} isYou={who.userId === model.you.userId} model={model} follow={follow} onOpen={onOpen} />)}
      </ul>
    </aside>
  );
}

function Person({ who, isYou, model, follow, onOpen }: {
  who: Participant; isYou: boolean; model: SessionModel; follow: Follow; onOpen: (fileId: string) => void;
}): JSX.Element {
  const file = who.fileId == null ? undefined : model.files.get(who.fileId);
  return (
    <li class="person">
      <Avatar name={who.displayName} color={who.color} away={who.status !== "online"} />
      <span class="person-text">
        {isYou ? <span class="name" title={who.displayName}>{who.displayName}</span> : (
          <button
            type="button" class="follow" aria-pressed={follow.userId === who.userId} onClick={() => follow.toggle(who.userId)}
            aria-label={`Follow ${who.displayName}`} title={follow.userId === who.userId ? `Stop following ${who.displayName}` : `Follow ${who.displayName}`}
          ><span class="name">{who.displayName}</span><Icon name="follow" /></button>
        )}
        <span class="muted where">
          <RoleBadge role={who.role} /> <span>{isYou ? "you" : who.status}</span>
          {file !== undefined && !isYou && <button type="button" class="link" title={`Go to ${file.path}`} onClick={() => onOpen(file.fileId)}>{file.path.slice(file.path.lastIndexOf("/") + 1)}</button>}
        </span>
      </span>
    </li>
  );
}
