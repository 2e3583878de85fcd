import type { JSX } from "preact";
import type { ConnectionState, FileState, SessionConnection } from "@collabhub/sdk";
import { useNow } from "../state/async";
import { Button } from "../ui/controls";
import { connectionWords, saveWords } from "./words";

/** Says whether what was typed is stored. Always as wide as its longest everyday text, so that nothing moves. */
export function SaveIndicator({ state }: { state: FileState }): JSX.Element {
  const now = useNow(1000, state.save.kind === "saving");
  const words = saveWords(state, now);
  return (
    <span class={`save ${words?.tone ?? "none"}`} role="status" data-save={state.save.kind}>
      {words !== null && <><i class="dot" aria-hidden="true" />{words.text}</>}
    </span>
  );
}

/** Floats above the editor while there is no connection; the text under it stays where it is. */
export function ConnectionBanner({ connection, state, joinedBefore }: {
  connection: SessionConnection; state: ConnectionState; joinedBefore: boolean;
}): JSX.Element | null {
  const now = useNow(250, state.kind === "connecting");
  const words = connectionWords(state, joinedBefore, now);
  if (words === null) return null;
  return (
    <div class="banner" role="status">
      <span>{words.text}</span>
      {words.canRetry && <Button onClick={() => connection.retryNow()}>Try now</Button>}
    </div>
  );
}
