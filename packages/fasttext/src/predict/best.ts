/** A label by its number, and the logarithm of its probability. */
export interface Scored {
  readonly label: number
  readonly score: number
}

/** Collects the labels with the highest scores, `most` of them. */
export interface Best {
  add(label: number, score: number): void
  /** A score below which none is among the best. */
  bound(): number
  /** The best, best first; of equal ones the more frequent label. */
  finish(): readonly Scored[]
}

/** Collects the best labels. Time is `n log most`, memory `most`. */
export function bestOf(most: number): Best {
  const found: Scored[] = []
  let bound = -Infinity
  function settle(): void {
    found.sort((a, b) => b.score - a.score || a.label - b.label)
    if (found.length > most) found.length = most
    if (found.length === most) bound = found[most - 1].score
  }
  return {
    add(label, score) {
      if (score < bound) return
      found.push({ label, score })
      if (found.length >= 2 * most) settle()
    },
    bound: () => bound,
    finish() {
      settle()
      return found
    }
  }
}
