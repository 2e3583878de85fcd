const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 hours ago", "in 2 days", "just now". */
export function ago(time: string, now = Date.now()): string {
  const distance = Date.parse(time) - now;
  for (const [unit, ms] of units) if (Math.abs(distance) >= ms) return relative.format(Math.round(distance / ms), unit);
  return "just now";
}

/** "12 s", "3 min", "2 h". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** "640 B", "12 kB", "1.4 MB", "1.2 GB". */
export function bytes(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`;
  if (count < 999_500) return `${Math.round(count / 1000)} kB`;
  return count < 999_950_000 ? `${(count / 1_000_000).toFixed(1)} MB` : `${(count / 1_000_000_000).toFixed(1)} GB`;
}
