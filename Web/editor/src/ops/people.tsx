import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PresenceModel, WatchedParticipant } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useAuth, useServices } from "../state/services";
import { Button, Empty, Field, Problem } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { ago } from "../ui/format";
import { Avatar, RoleBadge } from "../ui/people";

type Verb = "kick" | "lock";

/** Sessions with someone in them, the fullest first. `at`: the time (ms since 1970) by the server's clock, which their times are of. */
export function SessionsList({ presence, at }: { presence: PresenceModel; at: number }): JSX.Element {
  const [acting, setActing] = useState<{ person: WatchedParticipant; verb: Verb } | null>(null);
  const sessions = [...presence].sort((a, b) => b[1].size - a[1].size || a[0].localeCompare(b[0]));
  if (sessions.length === 0) return <Empty title="Nobody is in a session"><p>People appear here the moment they join one.</p></Empty>;
  return (
    <>
      <ul class="sessions">
        {sessions.map(([sessionId, people]) => (
          <li key={sessionId} class="session-card">
            <h3><span class="mono">{sessionId}</span> <span class="badge">{people.size === 1 ? "1 person" : `${people.size} people`}</span></h3>
            <ul>
              {[...people.values()].sort((a, b) => a.displayName.localeCompare(b.displayName, undefined, { numeric: true })).map((person) => (
                <PersonRow key={person.userId} person={person} at={at} onAct={(verb) => setActing({ person, verb })} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {acting !== null && <ActDialog {...acting} onClose={() => setActing(null)} />}
    </>
  );
}

function PersonRow({ person, at, onAct }: { person: WatchedParticipant; at: number; onAct: (verb: Verb) => void }): JSX.Element {
  const auth = useAuth();
  const isMe = auth.kind === "signedIn" && auth.user.userId === person.userId;
  const whom = <span class="visually-hidden"> {person.displayName}</span>;
  return (
    <li class="person">
      <Avatar name={person.displayName} color={person.color} away={person.status !== "online"} small />
      <span class="person-name">
        {person.displayName} <RoleBadge role={person.role} />
        <small class="muted">{person.status} · here {ago(person.joinedAt, at)}{person.connections > 1 ? ` · ${person.connections} windows` : ""}</small>
      </span>
      {!isMe && <Button kind="quiet" onClick={() => onAct("kick")}>Sign out{whom}</Button>}
      {!isMe && <Button kind="quiet" onClick={() => onAct("lock")}>Lock{whom}</Button>}
    </li>
  );
}

const sentences: Record<Verb, { title: string; note: string; button: string }> = {
  kick: { title: "Sign out", note: "All windows are disconnected and all sign-ins end. Whoever has a password may sign in again at once; a guest comes back as someone new.", button: "Sign out" },
  lock: { title: "Lock the account of", note: "All windows are disconnected, all sign-ins end, and nobody can sign in with this account until it is unlocked.", button: "Lock the account" },
};

function ActDialog({ person, verb, onClose }: { person: WatchedParticipant; verb: Verb; onClose: () => void }): JSX.Element {
  const { ops } = useServices();
  const [reason, setReason] = useState("");
  const act = useAction(async () => {
    await ops[verb](person.userId, reason);
    onClose();
  });
  const words = sentences[verb];
  return (
    <Dialog title={`${words.title} ${person.displayName}`} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); act.run(); }}>
        <p>{words.note}</p>
        <Field label="Reason, for the audit log" name="reason" value={reason} onInput={setReason} autofocus />
        <Problem error={act.error} />
        <Button kind="danger" type="submit" busy={act.busy}>{words.button}</Button>
      </form>
    </Dialog>
  );
}
