// A set of whole numbers as ranges, for the clocks of one client that are known to be saved.

export class Ranges {
  #ranges = []

  /** Adds from (included) to `to` (excluded). */
  add(from, to) {
    if (to <= from) return
    const apart = this.#ranges.filter(range => range[1] < from || range[0] > to)
    const touching = this.#ranges.filter(range => range[1] >= from && range[0] <= to)
    const merged = touching.reduce((all, range) => [Math.min(all[0], range[0]), Math.max(all[1], range[1])], [from, to])
    this.#ranges = [...apart, merged].sort((a, b) => a[0] - b[0])
  }

  /** Whether every number from `from` (included) to `to` (excluded) is in the set. */
  has(from, to) {
    return to <= from || this.#ranges.some(range => range[0] <= from && range[1] >= to)
  }

  toJSON() {
    return this.#ranges
  }
}
