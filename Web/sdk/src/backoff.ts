/** The longest wait between two attempts, in ms. */
export const maxBackoffMs = 30_000;

/**
 * How long to wait before attempt `attempt` (0, 1, 2 …), in ms, at most 30 s. Full jitter (Brooker, "Exponential Backoff
 * and Jitter", AWS 2015): clients that lost the same server do not come back in step.
 */
export const backoffMs = (attempt: number, random: () => number = Math.random): number =>
  Math.floor(random() * Math.min(maxBackoffMs, 250 * 2 ** Math.min(attempt, 16)));
