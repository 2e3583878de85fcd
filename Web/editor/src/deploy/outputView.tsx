import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { bytes } from "../ui/format";
import type { Output } from "./useOutput";

/** The lines, newest at the bottom and in view unless the reader has scrolled up. */
export function OutputView({ output, empty }: { output: Output; empty: string }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  useEffect(() => {
    if (pinned.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [output.lines]);
  // A scroll event may come after the box has gone.
  const note = (): void => {
    if (box.current === null) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    pinned.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    <div class="output" ref={box} onScroll={note} tabIndex={0} role="log" aria-label="Output">
      {output.lines.length === 0 && <p class="muted">{empty}</p>}
      {output.lines.map((line, index) => <div key={index} class={`line ${line.source}`}>{line.text}</div>)}
    </div>
  );
}

export function Usage({ output }: { output: Output }): JSX.Element | null {
  const { stats } = output;
  if (stats === null) return null;
  return <span class="muted usage">{Math.round(stats.cpuPercent)} % CPU · {bytes(stats.memoryBytes)} of {bytes(stats.memoryLimitBytes)}</span>;
}
