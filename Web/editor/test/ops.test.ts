import { describe, expect, it } from "vitest";
import type { NodeFigures, NodesSample } from "@collabhub/sdk";
import { columns, momentOf, remember, span, type Moment } from "../src/ops/history";
import { conditionOf, withSample, type ShownNode } from "../src/ops/roster";
import { milliseconds, streamWords } from "../src/ops/words";
import { bytes } from "../src/ui/format";

const node = (name: string, change: Partial<NodeFigures> = {}): NodeFigures => ({
  node: `${name}#1`, name, connections: 1, openFiles: 1, editsIn: 1, editsOut: 2, saveP50Ms: 3, saveP99Ms: 4, unsavedBytes: 5, cpuPercent: 6,
  memoryBytes: 7, isDraining: false, silentMs: 0, ...change,
});
const sample = (...nodes: NodeFigures[]): NodesSample => ({ at: "2026-01-01T00:00:00Z", isPartial: false, nodes });
const shown = (roster: readonly ShownNode[]): string[] => roster.map((one) => `${one.figures.name} ${conditionOf(one)}`);

describe("the nodes that operators see", () => {
  it("keeps one that is gone in sight, as lost or as stopped, until it is forgotten", () => {
    let roster = withSample([], sample(node("a"), node("b"), node("c")), 0);
    roster = withSample(roster, sample(node("a"), node("b", { silentMs: 4_000 }), node("c", { isDraining: true })), 1_000);
    expect(shown(roster)).toEqual(["a up", "b silent", "c stopping"]);
    roster = withSample(roster, sample(node("a")), 2_000);
    roster = withSample(roster, sample(node("a")), 3_000);
    expect(shown(roster)).toEqual(["a up", "b lost", "c stopped"]);
    expect(roster[1]!.goneSince).toBe(2_000);
    expect(shown(withSample(roster, sample(node("a")), 2_000 + 15 * 60_000))).toEqual(["a up"]);
  });

  it("shows one that is back once, though its run is another", () => {
    let roster = withSample([], sample(node("a"), node("b")), 0);
    roster = withSample(roster, sample(node("a")), 1_000);
    roster = withSample(roster, sample(node("a"), node("b", { node: "b#2" })), 2_000);
    expect(shown(roster)).toEqual(["a up", "b up"]);
  });
});

describe("what the operators' page says about its figures", () => {
  it("is live only with a line and figures that just came", () => {
    expect(streamWords({ kind: "live" }, 1_000)).toEqual({ isFresh: true, text: "live" });
    expect(streamWords({ kind: "live" }, 4_000)).toMatchObject({ isFresh: false, text: expect.stringMatching(/No new figures.*4 s old/) as string });
    expect(streamWords({ kind: "waiting", delayMs: 100 }, 500)).toMatchObject({ isFresh: false, text: expect.stringMatching(/No connection/) as string });
    expect(streamWords({ kind: "connecting" }, null).text).toBe("Connecting…");
    expect(streamWords({ kind: "waiting", delayMs: 100 }, null).text).toMatch(/does not answer/);
  });
});

describe("the charts", () => {
  const at = (seconds: number, change: Partial<Moment> = {}): Moment => ({ ...momentOf(sample(node("a"))), at: seconds, ...change });

  it("draw no line over a time without figures", () => {
    const moments = [at(10), at(11), at(40, { editsIn: 9 }), at(41)];
    expect(columns(moments, [({ editsIn }) => editsIn])).toEqual([[10, 11, 12, 40, 41], [1, 1, null, 9, 1]]);
  });

  it("show no latency where nothing was saved", () => {
    const quiet = momentOf(sample(node("a", { saveP50Ms: 0, saveP99Ms: 0 })));
    expect([quiet.saveP50Ms, quiet.saveP99Ms, milliseconds(quiet.saveP99Ms)]).toEqual([null, null, "–"]);
  });

  it("take the slowest node, and the sum of what adds up", () => {
    expect(momentOf(sample(node("a"), node("b", { saveP99Ms: 90, unsavedBytes: 100 })))).toMatchObject({ saveP99Ms: 90, unsavedBytes: 105, editsIn: 2 });
  });

  it("look back as long as they say", () => {
    const moments = Array.from({ length: span + 50 }, (_, second) => at(second)).reduce<readonly Moment[]>(remember, []);
    expect(moments.length).toBe(span);
    expect(remember(moments, at(5))).toBe(moments);
  });
});

describe("sizes", () => {
  it("are read at a glance, up to a node's memory", () => {
    expect([0, 999, 64_000, 999_499, 1_400_000, 1_230_000_000].map(bytes)).toEqual(["0 B", "999 B", "64 kB", "999 kB", "1.4 MB", "1.2 GB"]);
  });
});
