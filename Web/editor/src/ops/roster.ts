import type { NodeFigures, NodesSample } from "@collabhub/sdk";

/** How long (ms) a node that is gone stays in sight. */
const rememberMs = 15 * 60_000;

/** A node as it was last heard of; `goneSince` (ms since 1970) once it is among the living no more. */
export interface ShownNode {
  figures: NodeFigures;
  goneSince: number | null;
}

/** The nodes of a sample and those that went lately, by name. One that is back, as a new run under the same name, is there once. */
export function withSample(roster: readonly ShownNode[], sample: NodesSample, now: number): readonly ShownNode[] {
  const names = new Set(sample.nodes.map(({ name }) => name));
  const gone = roster
    .filter(({ figures }) => !names.has(figures.name))
    .map(({ figures, goneSince }) => ({ figures, goneSince: goneSince ?? now }))
    .filter(({ goneSince }) => now - goneSince < rememberMs);
  return [...sample.nodes.map((figures) => ({ figures, goneSince: null })), ...gone]
    .sort((a, b) => a.figures.name.localeCompare(b.figures.name) || a.figures.node.localeCompare(b.figures.node));
}

export type NodeCondition = "up" | "stopping" | "silent" | "stopped" | "lost";

/** Silence (ms) that is no longer the ordinary second between two signs of life. */
const silentMs = 3_000;

/** How a node is. One that went without having said that it stops is lost. */
export function conditionOf({ figures, goneSince }: ShownNode): NodeCondition {
  if (goneSince !== null) return figures.isDraining ? "stopped" : "lost";
  if (figures.silentMs > silentMs) return "silent";
  return figures.isDraining ? "stopping" : "up";
}
