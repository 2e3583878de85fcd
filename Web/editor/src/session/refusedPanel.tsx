import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Refusal } from "@collabhub/sdk";
import { Button } from "../ui/controls";
import { CopyButton } from "../ui/copyButton";
import { whereTheyDiffer } from "./difference";
import { refusalReason } from "./words";

/** Holds what the server refused, until the person has taken it away. */
export function RefusedPanel({ refusals, isClosed, now, onDismiss }: {
  refusals: readonly Refusal[];
  /** The file is not open any more: there is no text of the server to go back to. */
  isClosed: boolean;
  /** The server's text; null while it is not there. */
  now: string | null;
  onDismiss: () => void;
}): JSX.Element {
  const text = refusals.map((refusal) => refusal.text).join("\n\n――――――――――\n\n");
  const compares = refusals.length === 1 && now !== null;
  return (
    <section class="refused" role="alert" aria-label="Refused edit">
      <div>
        <h3>Your last change was not applied</h3>
        <p>{isClosed ? "The file was closed" : "The editor shows the server's text again"}, because {refusalReason(refusals.at(-1)?.code ?? "")}. This is the file as you had it{compares && <>, with <mark>what differs</mark> marked</>}:</p>
      </div>
      {compares ? <Differing text={text} now={now} /> : <pre tabIndex={0}>{text}</pre>}
      <div class="actions">
        <CopyButton text={text} label="Copy my text" />
        <Button onClick={onDismiss}>Dismiss</Button>
      </div>
    </section>
  );
}

/** A text, scrolled to where it differs from another. */
function Differing({ text, now }: { text: string; now: string }): JSX.Element {
  const mark = useRef<HTMLElement>(null);
  const { from, to } = whereTheyDiffer(text, now);
  useEffect(() => mark.current?.scrollIntoView({ block: "nearest" }), [from, to]);
  return <pre tabIndex={0}>{text.slice(0, from)}<mark ref={mark}>{text.slice(from, to)}</mark>{text.slice(to)}</pre>;
}
