import type { OpsState } from "@collabhub/sdk";
import { duration } from "../ui/format";

/** Figures come every second; after this much silence (ms) they are called old. */
const freshMs = 3_000;

/** What the page says about its figures. Only `isFresh` may look live. `ageMs` is the time since the last ones; null before the first. */
export function streamWords(state: OpsState, ageMs: number | null): { isFresh: boolean; text: string } {
  const isLive = state.kind === "live";
  if (ageMs === null) return { isFresh: false, text: state.kind === "waiting" ? "The server does not answer. Trying again…" : "Connecting…" };
  if (isLive && ageMs < freshMs) return { isFresh: true, text: "live" };
  return { isFresh: false, text: `${isLive ? "No new figures" : "No connection"}: what you see is ${duration(ageMs)} old.${isLive ? "" : " Trying again…"}` };
}

/** "0", "0.4", "12", "1.2k": a rate or count for a glance from afar. */
export function rate(value: number): string {
  if (value === 0) return "0";
  if (value < 10) return value.toFixed(1);
  return value < 1000 ? String(Math.round(value)) : `${(value / 1000).toFixed(1)}k`;
}

/** "–" when nothing was measured, "0.8 ms", "14 ms", "1.2 s". */
export function milliseconds(value: number | null): string {
  if (value === null || value === 0) return "–";
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
