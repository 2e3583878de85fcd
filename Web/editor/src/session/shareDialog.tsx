import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Invitation, SessionRole } from "@collabhub/sdk";
import { AddressesField, Outcome, useInviting } from "../invite/inviting";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { copyText } from "../ui/clipboard";
import { Button, Choice, Field, IconButton, Problem } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { ago } from "../ui/format";
import { Icon } from "../ui/icon";
import { RoleBadge } from "../ui/people";

const roles = [
  { value: "editor", label: "can edit" },
  { value: "viewer", label: "can read" },
] as const satisfies readonly { value: SessionRole; label: string }[];
type InvitedRole = (typeof roles)[number]["value"];

/** Brings others in: by a link, by e-mail; and shows which invitations are open. */
export function ShareDialog({ sessionId, onClose }: { sessionId: string; onClose: () => void }): JSX.Element {
  const { api } = useServices();
  const [pending, reload] = useLoad(sessionId, async () =>
    (await api.sessionInvitations(sessionId)).items.filter((invitation) => invitation.status === "pending"));
  return (
    <Dialog title="Share this session" onClose={onClose}>
      <ShareLink sessionId={sessionId} onCreated={reload} />
      <hr />
      <InviteByMail sessionId={sessionId} onSent={reload} />
      {pending.kind === "failed" && <Problem error={pending.error} onRetry={reload} />}
      {pending.kind === "ready" && pending.value.length > 0 && (
        <section class="pending">
          <h3>Open invitations</h3>
          <ul>{pending.value.map((invitation) => <PendingRow key={invitation.invitationId} sessionId={sessionId} invitation={invitation} onRevoked={reload} />)}</ul>
        </section>
      )}
    </Dialog>
  );
}

/** The link at the address under which this page was reached: the server may know itself by another one. */
function linkHere(link: string): string {
  const { pathname, hash } = new URL(link);
  return window.location.origin + pathname + hash;
}

function ShareLink({ sessionId, onCreated }: { sessionId: string; onCreated: () => void }): JSX.Element {
  const { api } = useServices();
  const [role, setRole] = useState<InvitedRole>("editor");
  const [link, setLink] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => { if (link !== null) field.current?.select(); }, [link]);
  const create = useAction(async () => {
    const { link: made } = await api.inviteToSession(sessionId, { role });
    setLink(made ? linkHere(made) : null);
    setCopied(false);
    onCreated();
  });
  const copy = useAction(async () => {
    await copyText(link ?? "");
    setCopied(true);
  });
  const chooseRole = (next: InvitedRole): void => {
    setRole(next);
    setLink(null);
  };
  return (
    <section>
      <h3>With a link</h3>
      <p class="muted">Whoever opens the link joins this session, with or without an account.</p>
      <Choice label="People with the link" value={role} options={roles} onChange={chooseRole} />
      <div class="link-line">
        <input ref={field} class="share-link" readOnly value={link ?? ""} placeholder="The link appears here" aria-label="Share link" onFocus={(event) => event.currentTarget.select()} />
        {link === null
          ? <Button kind="primary" icon="share" busy={create.busy} onClick={() => create.run()}>Create link</Button>
          : <Button kind="primary" icon={copied ? "check" : "copy"} onClick={() => copy.run()}>{copied ? "Copied" : "Copy link"}</Button>}
      </div>
      <Problem error={create.error ?? copy.error} />
    </section>
  );
}

function InviteByMail({ sessionId, onSent }: { sessionId: string; onSent: () => void }): JSX.Element {
  const { api } = useServices();
  const [message, setMessage] = useState("");
  const [role, setRole] = useState<InvitedRole>("editor");
  const inviting = useInviting((emails) => {
    const said = message.trim();
    return api.inviteManyToSession(sessionId, { role, emails, ...(said === "" ? {} : { message: said }) });
  }, () => {
    setMessage("");
    onSent();
  });
  const { send } = inviting;
  const errors = send.error?.errors ?? {};
  return (
    <form onSubmit={(event) => { event.preventDefault(); send.run(); }}>
      <h3>By e-mail</h3>
      <AddressesField inviting={inviting} />
      <Field label="Message" name="message" value={message} onInput={setMessage} errors={errors["message"]} hint="Optional." maxLength={500} />
      <Choice label="They" value={role} options={roles} onChange={setRole} />
      <Problem error={Object.keys(errors).length > 0 ? null : send.error} />
      <div class="actions end">
        <Outcome inviting={inviting} />
        <Button type="submit" icon="mail" busy={send.busy}>Invite</Button>
      </div>
    </form>
  );
}

function PendingRow({ sessionId, invitation, onRevoked }: { sessionId: string; invitation: Invitation; onRevoked: () => void }): JSX.Element {
  const { api } = useServices();
  const revoke = useAction(async () => {
    await api.revokeSessionInvitation(sessionId, invitation.invitationId);
    onRevoked();
  });
  const name = invitation.email ?? "Share link";
  return (
    <li>
      <Icon name={invitation.email == null ? "share" : "mail"} />
      <span class="row-name">{name}<span class="muted row-note">ends {ago(invitation.expiresAt)}</span></span>
      <RoleBadge role={invitation.role} />
      <IconButton icon="close" label={`Revoke ${name}`} onClick={() => revoke.run()} />
      <Problem error={revoke.error} />
    </li>
  );
}
