/** "0", "0.4", "12", "1.2k": a rate or count for a glance from afar. */
export function rate(value: number): string {
  if (value === 0) return "0";
  if (value < 10) return value.toFixed(1);
  return value < 1000 ? String(Math.round(value)) : `${(value / 1000).toFixed(1)}k`;
}

/** "–" when nothing was measured, "0.8 ms", "14 ms", "1.2 s". */
export function milliseconds(value: number): string {
  if (value === 0) return "–";
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
