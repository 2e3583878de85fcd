import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Refusal } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { Button } from "../ui/controls";
import { copyText } from "../ui/clipboard";
import { refusalReason } from "./words";

/** Holds what the server refused, until the person has taken it away. */
export function RefusedPanel({ refusals, isClosed, onDismiss }: {
  refusals: readonly Refusal[];
  /** The file is not open any more: there is no text of the server to go back to. */
  isClosed: boolean;
  onDismiss: () => void;
}): JSX.Element {
  const [copied, setCopied] = useState(false);
  const text = refusals.map((refusal) => refusal.text).join("\n\n――――――――――\n\n");
  const copy = useAction(async () => {
    await copyText(text);
    setCopied(true);
  });
  return (
    <section class="refused" role="alert" aria-label="Refused edit">
      <div>
        <h3>Your last change was not applied</h3>
        <p>{isClosed ? "The file was closed" : "The editor shows the server's text again"}, because {refusalReason(refusals.at(-1)?.code ?? "")}. This is the file as you had it:</p>
      </div>
      <pre tabIndex={0}>{text}</pre>
      <div class="actions">
        <Button icon={copied ? "check" : "copy"} onClick={() => copy.run()}>{copied ? "Copied" : "Copy my text"}</Button>
        <Button onClick={onDismiss}>Dismiss</Button>
      </div>
    </section>
  );
}
