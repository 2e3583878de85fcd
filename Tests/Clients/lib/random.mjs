// Chance from a seed, so that a failing run can be repeated.

/** A generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A whole number from `from` to `to`, both included. */
export const between = (random, from, to) => from + Math.floor(random() * (to - from + 1))

export const pick = (random, list) => list[Math.floor(random() * list.length)]
