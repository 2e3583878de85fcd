import type { NodesSample } from "@collabhub/sdk";

/** How long the charts look back, in seconds: one sample a second. */
export const span = 300;

/** One second of the whole cluster, as the charts show it. */
export interface Moment {
  /** Seconds since 1970. */
  at: number;
  editsIn: number;
  editsOut: number;
  /** The slowest node's; null when nothing was saved. */
  saveP50Ms: number | null;
  saveP99Ms: number | null;
  unsavedBytes: number;
  connections: number;
}

/** Adds up what adds up, and takes the worst of what does not. */
export function momentOf(sample: NodesSample): Moment {
  const sum = (of: (node: NodesSample["nodes"][number]) => number): number => sample.nodes.reduce((total, node) => total + of(node), 0);
  const most = (of: (node: NodesSample["nodes"][number]) => number): number => sample.nodes.reduce((top, node) => Math.max(top, of(node)), 0);
  return {
    at: Date.parse(sample.at) / 1000,
    editsIn: sum((node) => node.editsIn),
    editsOut: sum((node) => node.editsOut),
    saveP50Ms: most((node) => node.saveP50Ms) || null,
    saveP99Ms: most((node) => node.saveP99Ms) || null,
    unsavedBytes: sum((node) => node.unsavedBytes),
    connections: sum((node) => node.connections),
  };
}

/** The moments of the last `span` seconds; one that is not newer than the last is left out. */
export function remember(moments: readonly Moment[], moment: Moment): readonly Moment[] {
  const last = moments.at(-1);
  if (last !== undefined && moment.at <= last.at) return moments;
  return [...moments.filter((old) => old.at > moment.at - span), moment];
}

/** Samples further apart (s) than this were not measured in between: a chart shows a gap there, no line. */
const gapSeconds = 3;

/** Times and values of lines as a chart wants them; null is a gap. */
export function columns(moments: readonly Moment[], lines: readonly ((moment: Moment) => number | null)[]): [number[], ...(number | null)[][]] {
  const rows: (Moment | number)[] = moments.flatMap((moment, index) => {
    const before = moments[index - 1];
    return before !== undefined && moment.at - before.at > gapSeconds ? [before.at + 1, moment] : [moment];
  });
  const at = rows.map((row) => typeof row === "number" ? row : row.at);
  return [at, ...lines.map((of) => rows.map((row) => typeof row === "number" ? null : of(row)))];
}
