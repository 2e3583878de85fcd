import { useEffect, useState } from "preact/hooks";
import type { WatchFrame } from "@collabhub/sdk";
import { useServices } from "../state/services";

export interface OutputLine {
  source: "build" | "stdout" | "stderr";
  text: string;
}

export interface Output {
  lines: readonly OutputLine[];
  stats: NonNullable<WatchFrame["stats"]> | null;
}

const nothing: Output = { lines: [], stats: null };
/** More than anyone reads; a page that stays open for hours must not grow with every line. */
const mostLines = 2_000;

/** What build and app write, as it comes, for as long as it is shown. */
export function useOutput(deploymentId: string | null): Output {
  const { watch } = useServices();
  const [output, setOutput] = useState(nothing);
  useEffect(() => {
    setOutput(nothing);
    if (deploymentId === null) return undefined;
    let waiting: OutputLine[] = [];
    let due = 0;
    const show = (): void => {
      due = 0;
      const added = waiting;
      waiting = [];
      setOutput((now) => ({ ...now, lines: [...now.lines, ...added].slice(-mostLines) }));
    };
    const watcher = watch(
      deploymentId,
      (frame) => {
        if (frame.kind === "log") {
          waiting.push({ source: frame.source ?? "stdout", text: frame.text ?? "" });
          // An app may write thousands of lines at once; they are drawn together.
          if (due === 0) due = requestAnimationFrame(show);
        } else if (frame.kind === "stats" && frame.stats != null) {
          const { stats } = frame;
          setOutput((now) => ({ ...now, stats }));
        }
      },
      () => setOutput(nothing),
    );
    watcher.start();
    return () => {
      cancelAnimationFrame(due);
      watcher.stop();
    };
  }, [deploymentId, watch]);
  return output;
}
