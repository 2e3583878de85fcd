import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { AuditFilter, Member } from "@collabhub/sdk";
import { Button } from "../ui/controls";

/** What the server writes; any other action can be typed in. */
const actions = [
  "access.denied", "audit.export", "audit.read", "audit.verify", "file.create", "file.delete", "file.move", "invitation.accept", "invitation.create",
  "invitation.decline", "invitation.expire", "invitation.resend", "invitation.revoke", "member.add", "member.remove", "member.update", "participant.join",
  "session.create", "session.end", "session.idle", "session.reopen", "session.update", "workspace.archive", "workspace.create", "workspace.update",
];

/** Action, person and days; applied together. `to` is the last day that is shown. */
export function AuditFilters({ members, onFilter }: { members: Member[]; onFilter: (filter: AuditFilter) => void }): JSX.Element {
  const id = useId();
  const [action, setAction] = useState("");
  const [userId, setUserId] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const apply = (): void => onFilter({
    ...(action.trim() !== "" && { action: action.trim() }), ...(userId !== "" && { userId }), ...(from !== "" && { from }), ...(to !== "" && { to: dayAfter(to) }),
  });
  const clear = (): void => {
    setAction("");
    setUserId("");
    setFrom("");
    setTo("");
    onFilter({});
  };
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => { event.preventDefault(); apply(); }}>
      <div class="field">
        <label for={`${id}-action`}>Action</label>
        <input id={`${id}-action`} type="text" list={`${id}-actions`} value={action} placeholder="any" spellcheck={false} maxLength={100} onInput={(event) => setAction(event.currentTarget.value)} />
        <datalist id={`${id}-actions`}>{actions.map((name) => <option key={name} value={name} />)}</datalist>
      </div>
      <div class="field">
        <label for={`${id}-person`}>Person</label>
        <select id={`${id}-person`} class="select" value={userId} onChange={(event) => setUserId(event.currentTarget.value)}>
          <option value="">anyone</option>
          {members.map((member) => <option key={member.userId} value={member.userId}>{member.displayName}</option>)}
        </select>
      </div>
      <Day label="From" value={from} onChange={setFrom} />
      <Day label="To" value={to} onChange={setTo} />
      <div class="actions">
        <Button type="submit" kind="primary">Apply</Button>
        <Button onClick={clear}>Clear</Button>
      </div>
    </form>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="date" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}

/** The day behind `day`, both as `2026-01-31`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
