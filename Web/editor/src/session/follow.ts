import { EditorView } from "@codemirror/view";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Binding, Participant, SessionModel } from "@collabhub/sdk";
import * as Y from "yjs";

export interface Follow {
  /** Whose file and cursor this page shows; null while one goes one's own way. */
  userId: string | null;
  /** Who was followed and left, until one follows someone else. */
  left: Participant | null;
  toggle: (userId: string) => void;
  stop: () => void;
}

/** Where the cursor of a person is in this text, in UTF-16 units; null while it is not in it. */
export function cursorOf({ awareness, doc, text }: Binding, userId: string): number | null {
  for (const [client, state] of awareness.getStates()) {
    if (client === awareness.clientID || state.user?.id !== userId || state.cursor?.head == null) continue;
    const place = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(state.cursor.head), doc);
    if (place !== null && place.type === text) return place.index;
  }
  return null;
}

/** The file to go to for someone's sake; null when it is in view, or he shows none. */
export function fileToFollow(model: SessionModel, userId: string, inView: string | null): string | null {
  const shown = model.participants.get(userId)?.fileId;
  return shown == null || shown === inView || !model.files.has(shown) ? null : shown;
}

/** Follows a person from file to file, until Escape, or until that person is gone. */
export function useFollow(model: SessionModel | null, fileId: string | null, open: (fileId: string) => void): Follow {
  const [userId, setUserId] = useState<string | null>(null);
  const [left, setLeft] = useState<Participant | null>(null);
  const stop = (): void => setUserId(null);
  const person = userId === null ? undefined : model?.participants.get(userId);
  const lastSeen = useRef(person);
  lastSeen.current = person ?? lastSeen.current;
  const isHere = person !== undefined;
  const next = model === null || userId === null ? null : fileToFollow(model, userId, fileId);
  useEffect(() => { if (next !== null) open(next); }, [next]);
  useEffect(() => {
    if (userId === null || isHere) return;
    setLeft(lastSeen.current ?? null);
    stop();
  }, [userId, isHere]);
  useEffect(() => {
    if (userId === null) return;
    const onKey = (event: KeyboardEvent): void => { if (event.key === "Escape") stop(); };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [userId]);
  const toggle = (who: string): void => {
    setLeft(null);
    setUserId((before) => before === who ? null : who);
  };
  return { userId, left, stop, toggle };
}

/** Keeps the followed person's cursor in sight; whoever types goes one's own way again. */
export function useFollowedCursor(view: EditorView | null, binding: Binding | null, follow: Follow): void {
  const { userId } = follow;
  useEffect(() => {
    if (view === null || binding === null || userId === null) return;
    let shown: number | null = null;
    const look = (): void => {
      const place = cursorOf(binding, userId);
      if (place === null || place === shown || place > view.state.doc.length) return;
      shown = place;
      view.dispatch({ effects: EditorView.scrollIntoView(place, { y: "center" }) });
    };
    const typed = (_: Y.YTextEvent, { local }: Y.Transaction): void => { if (local) follow.stop(); };
    look();
    binding.awareness.on("change", look);
    binding.text.observe(typed);
    return () => {
      binding.awareness.off("change", look);
      binding.text.unobserve(typed);
    };
  }, [view, binding, userId]);
}
