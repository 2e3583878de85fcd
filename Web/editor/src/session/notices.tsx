import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Role, SessionModel } from "@collabhub/sdk";
import { Button } from "../ui/controls";
import type { Follow } from "./follow";
import { roleWords } from "./words";

/** How long a word about a new role stays (ms), unless it is dismissed. */
const noticeMs = 12_000;

/** Tells of what others did to this page: a new role, and whom it follows. */
export function Notices({ model, follow }: { model: SessionModel; follow: Follow }): JSX.Element | null {
  const [words, dismiss] = useRoleNotice(model.you.role);
  const followed = follow.userId === null ? undefined : model.participants.get(follow.userId);
  if (words === null && followed === undefined) return null;
  return (
    <div class="notices" role="status">
      {words !== null && <p class="notice"><span>{words}</span><Button onClick={dismiss}>Dismiss</Button></p>}
      {followed !== undefined && (
        <p class="notice"><span>Following {followed.displayName}. Type or press Escape to stop.</span><Button onClick={follow.stop}>Stop</Button></p>
      )}
    </div>
  );
}

function useRoleNotice(role: Role): [string | null, () => void] {
  const before = useRef(role);
  const [words, setWords] = useState<string | null>(null);
  useEffect(() => {
    if (before.current === role) return;
    setWords(roleWords(before.current, role));
    before.current = role;
    const timer = setTimeout(() => setWords(null), noticeMs);
    return () => clearTimeout(timer);
  }, [role]);
  return [words, () => setWords(null)];
}
