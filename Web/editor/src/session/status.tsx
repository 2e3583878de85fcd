import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { ConnectionState, FileState, SessionConnection } from "@collabhub/sdk";
import { useNow } from "../state/async";
import { Button } from "../ui/controls";
import { connectionWords, saveWords, spokenSave } from "./words";

/** Says whether what was typed is stored. Always as wide as its longest everyday text, so that nothing moves. */
export function SaveIndicator({ state }: { state: FileState }): JSX.Element {
  const now = useNow(1000, state.save.kind === "saving");
  const words = saveWords(state, now);
  const spoken = useRef("");
  spoken.current = spokenSave(words, spoken.current);
  return (
    <>
      <span class={`save ${words?.tone ?? "none"}`} data-save={state.save.kind}>
        {words !== null && <><i class="dot" aria-hidden="true" />{words.text}</>}
      </span>
      <span class="visually-hidden" role="status">{spoken.current}</span>
    </>
  );
}

/** Floats above the editor while there is no connection; the text under it stays where it is. */
export function ConnectionBanner({ connection, state, joinedBefore, mayEdit }: {
  connection: SessionConnection; state: ConnectionState; joinedBefore: boolean; mayEdit: boolean;
}): JSX.Element {
  const now = useNow(250, state.kind === "connecting");
  const words = connectionWords(state, joinedBefore, mayEdit, now);
  // The region is always there: screen readers say what comes into one that they know.
  return (
    <div role="status">
      {words !== null && (
        <div class="banner">
          <span>{words.text}{words.wait !== undefined && <span aria-hidden="true"> {words.wait}</span>}</span>
          {words.canRetry && <Button onClick={() => connection.retryNow()}>Try now</Button>}
        </div>
      )}
    </div>
  );
}
