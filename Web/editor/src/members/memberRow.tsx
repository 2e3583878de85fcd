import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Member, WorkspaceRole } from "@collabhub/sdk";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { RoleBadge } from "../ui/people";

const grantable: readonly WorkspaceRole[] = ["viewer", "editor", "admin"];

interface MemberRowProps {
  member: Member;
  isMe: boolean;
  myRole: WorkspaceRole;
  busy: boolean;
  onRole: (role: WorkspaceRole) => void;
  onRemove: () => void;
  onTransfer: () => void;
}

/** One member. What cannot be undone asks first. */
export function MemberRow({ member, isMe, myRole, busy, onRole, onRemove, onTransfer }: MemberRowProps): JSX.Element {
  const [asking, setAsking] = useState<"remove" | "transfer" | null>(null);
  const manages = (myRole === "owner" || myRole === "admin") && member.role !== "owner";
  const answer = (work: () => void): void => { setAsking(null); work(); };
  return (
    <li class="row static">
      <span class="row-name">
        <strong>{member.displayName}</strong>{isMe && " (you)"}
        <span class="row-note muted">{member.username}{member.email !== undefined && ` · ${member.email}`}{member.status === "suspended" && " · suspended"}</span>
      </span>
      {manages && !isMe
        ? (
          <select class="select" aria-label={`Role of ${member.displayName}`} value={member.role} disabled={busy} onChange={(event) => onRole(event.currentTarget.value as WorkspaceRole)}>
            {grantable.map((role) => <option key={role} value={role}>{role}</option>)}
          </select>
        )
        : <RoleBadge role={member.role} />}
      {myRole === "owner" && !isMe && <Button kind="quiet" disabled={busy} onClick={() => setAsking("transfer")}>Make owner</Button>}
      {((manages && !isMe) || (isMe && member.role !== "owner")) && <Button kind="quiet" disabled={busy} onClick={() => setAsking("remove")}>{isMe ? "Leave" : "Remove"}</Button>}
      {asking === "remove" && (
        <Question title={isMe ? "Leave this workspace?" : `Remove ${member.displayName}?`} yes={isMe ? "Leave" : "Remove"} onNo={() => setAsking(null)} onYes={() => answer(onRemove)}>
          {isMe ? "You lose access to its files at once." : "Access ends at once, in open editors too."}
        </Question>
      )}
      {asking === "transfer" && (
        <Question title={`Make ${member.displayName} the owner?`} yes="Transfer" onNo={() => setAsking(null)} onYes={() => answer(onTransfer)}>
          You become an admin. Only the new owner can give the workspace back.
        </Question>
      )}
    </li>
  );
}

function Question({ title, yes, children, onYes, onNo }: { title: string; yes: string; children: string; onYes: () => void; onNo: () => void }): JSX.Element {
  return (
    <Dialog title={title} onClose={onNo}>
      <p>{children}</p>
      <div class="actions">
        <Button autofocus onClick={onNo}>Cancel</Button>
        <Button kind="danger" onClick={onYes}>{yes}</Button>
      </div>
    </Dialog>
  );
}
