import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Invitation, SessionModel } from "@collabhub/sdk";
import { navigate } from "../state/router";
import { useServices } from "../state/services";
import { Button } from "../ui/controls";
import type { Follow } from "./follow";
import { roleWords } from "./words";

/** How long a word about something that happened stays in view (ms), unless it is dismissed. */
const noticeMs = 12_000;

interface NoticesProps {
  model: SessionModel;
  /** False once one was removed: the session changes nothing here any more. */
  isIn: boolean;
  follow: Follow;
  /** Files, not in view, with something refused. */
  refused: readonly string[];
  onOpen: (fileId: string) => void;
}

/** Tells of what others did to this page: a new role, whom it follows, what was refused elsewhere, invitations. */
export function Notices({ model, isIn, follow, refused, onOpen }: NoticesProps): JSX.Element {
  const role = useRoleNotice(model);
  const [gone, dismissGone] = useBriefWords(follow.left === null ? null : `${follow.left.displayName} left. You go your own way again.`);
  const { invitations, dismiss } = useNewInvitations();
  const followed = follow.userId === null ? undefined : model.participants.get(follow.userId);
  // The region is always there: screen readers say what comes into one that they know.
  return (
    <div class="notices" role="status">
      {isIn && role.words !== null && <Notice words={role.words}><Button onClick={role.dismiss}>Dismiss</Button></Notice>}
      {isIn && followed !== undefined && (
        <Notice words={`Following ${followed.displayName}. Type or press Escape to stop.`}><Button onClick={follow.stop}>Stop</Button></Notice>
      )}
      {isIn && gone !== null && <Notice words={gone}><Button onClick={dismissGone}>Dismiss</Button></Notice>}
      {refused.map((fileId) => (
        <Notice key={fileId} words={`Your last change in ${model.files.get(fileId)?.path ?? "a deleted file"} was not applied. It is kept for you.`}>
          <Button onClick={() => onOpen(fileId)}>Show it</Button>
        </Notice>
      ))}
      {invitations.map((invitation) => (
        <Notice key={invitation.invitationId} words={`${invitation.invitedBy.displayName} invites you to ${invitation.kind} ${invitation.targetName}, as ${invitation.role}.`}>
          <Button onClick={() => navigate("/invitations")}>Answer</Button>
          <Button onClick={() => dismiss(invitation.invitationId)}>Later</Button>
        </Notice>
      ))}
    </div>
  );
}

function Notice({ words, children }: { words: string; children: ComponentChildren }): JSX.Element {
  return <div class="notice"><span>{words}</span><div class="actions">{children}</div></div>;
}

/** Shows words for a while after they changed. The time runs while the page is in view: nobody reads a hidden one. */
function useBriefWords(latest: string | null): [string | null, () => void] {
  const [words, setWords] = useState<string | null>(null);
  const dismiss = (): void => setWords(null);
  useEffect(() => setWords(latest), [latest]);
  useEffect(() => {
    if (words === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") timer = setTimeout(dismiss, noticeMs);
    };
    wait();
    document.addEventListener("visibilitychange", wait);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wait);
    };
  }, [words]);
  return [words, dismiss];
}

function useRoleNotice({ you: { role } }: SessionModel): { words: string | null; dismiss: () => void } {
  const last = useRef(role);
  const [latest, setLatest] = useState<string | null>(null);
  useEffect(() => {
    if (last.current === role) return;
    setLatest(roleWords(last.current, role));
    last.current = role;
  }, [role]);
  const [words, dismiss] = useBriefWords(latest);
  return { words, dismiss };
}

/** Invitations that came while this page is open, until they are answered, withdrawn or put off. */
function useNewInvitations(): { invitations: readonly Invitation[]; dismiss: (invitationId: string) => void } {
  const { notifications } = useServices();
  const [invitations, setInvitations] = useState<readonly Invitation[]>([]);
  const dismiss = (invitationId: string): void => setInvitations((all) => all.filter((one) => one.invitationId !== invitationId));
  useEffect(() => {
    const stopReceived = notifications.on("received", (invitation) => {
      dismiss(invitation.invitationId);
      setInvitations((all) => [...all, invitation]);
    });
    const stopChanged = notifications.on("changed", (invitation) => { if (invitation.status !== "pending") dismiss(invitation.invitationId); });
    return () => {
      stopReceived();
      stopChanged();
    };
  }, [notifications]);
  return { invitations, dismiss };
}
