import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { KeptText } from "../state/keptTexts";
import { useServices } from "../state/services";
import { Button } from "../ui/controls";
import { CopyButton } from "../ui/copyButton";
import { refusalReason } from "./words";

/** Over every page: what was refused and not dismissed when the page that it was typed on was left. One at a time, oldest first. */
export function KeptTextsPanel(): JSX.Element | null {
  const { kept } = useServices();
  const all = useKeptTexts();
  const first = all[0];
  const hasAny = first !== undefined;
  useEffect(() => {
    if (!hasAny) return undefined;
    const askBeforeLosing = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", askBeforeLosing);
    return () => window.removeEventListener("beforeunload", askBeforeLosing);
  }, [hasAny]);
  return first === undefined ? null : <Kept key={first.id} kept={first} more={all.length - 1} onDismiss={() => kept.dismiss(first.id)} />;
}

function Kept({ kept: { path, code, text }, more, onDismiss }: { kept: KeptText; more: number; onDismiss: () => void }): JSX.Element {
  return (
    <section class="refused kept" role="alert" aria-label="Kept text">
      <div>
        <h3>Your last change in {path ?? "a deleted file"} was not applied</h3>
        <p>It was refused, because {refusalReason(code)}. This is the file as you had it; closing the tab forgets it{more > 0 && ` (${more} more)`}:</p>
      </div>
      <pre tabIndex={0}>{text}</pre>
      <div class="actions">
        <CopyButton text={text} label="Copy my text" />
        <Button onClick={onDismiss}>Dismiss</Button>
      </div>
    </section>
  );
}

function useKeptTexts(): readonly KeptText[] {
  const { kept } = useServices();
  const [all, setAll] = useState(kept.all);
  useEffect(() => {
    setAll(kept.all);
    return kept.on("change", setAll);
  }, [kept]);
  return all;
}
