/** Tokens that begin with a prefix, and with something after it, by their places in the order of tokens. What follows the prefix is what is looked for. */
export interface Prefixed {
  /** The place of the longest token that a text has at `start`, or −1. */
  longest(text: string, start: number): number
  /** The place of the longest token with which that of a place begins, or −1. */
  shorter(place: number): number
  /** How many UTF-16 code units a token has after the prefix. */
  lengthOf(place: number): number
}

/** The tokens of a model. */
export interface Lexicon {
  /** Ids are below it. */
  readonly size: number
  /** The id of the token at a place. */
  idAt(place: number): number
  /** A token; undefined for an id without one. */
  token(id: number): string | undefined
  /** The id of a token: of equal ones the last; undefined where there is none. */
  id(token: string): number | undefined
  prefixed(prefix: string): Prefixed
}

/** Tokens in the order of their code points, one after another. */
export interface SortedTokens {
  readonly text: string
  /** Where each ends, in UTF-16 code units. */
  readonly ends: Uint32Array
  /** Of each: equal tokens have rising ones. */
  readonly ids: ArrayLike<number>
  readonly size: number
}

/** UTF-16 code units in the order of code points: surrogates come last. */
export const rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** How many code units two texts begin with in common. */
export function common(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}

/**
 * Finds tokens by halving a sorted list. Besides the list it has a number for each token: the longest one with which it begins. A token that a text
 * begins with is one of those with which the last token before the text begins.
 */
export function lexiconOf({ text, ends, ids, size }: SortedTokens): Lexicon {
  const count = ends.length
  const startOf = (place: number) => (place > 0 ? ends[place - 1] : 0)
  const sizeOf = (place: number) => ends[place] - startOf(place)
  const tokenAt = (place: number) => text.slice(startOf(place), ends[place])
  /** How many code units the place that was found last has in common with what was looked for. */
  let shared = 0

  /** The last place from `low` to before `high` whose token, without its first `skip` code units, does not come after a text; else `low − 1`. */
  function before(given: string, start: number, low: number, high: number, skip: number): number {
    while (low < high) {
      const middle = (low + high) >> 1
      const from = startOf(middle) + skip
      const end = ends[middle]
      let i = from
      let at = start
      while (i < end && at < given.length && text.charCodeAt(i) === given.charCodeAt(at)) {
        i++
        at++
      }
      if (i < end && (at >= given.length || rank(text.charCodeAt(i)) > rank(given.charCodeAt(at)))) high = middle
      else {
        low = middle + 1
        shared = i - from
      }
    }
    return low - 1
  }

  let parents: Int32Array | undefined
  function shorterOfAll(): Int32Array {
    const made = new Int32Array(count)
    for (let place = 0; place < count; place++) {
      let other = place - 1
      while (other >= 0 && !(sizeOf(other) <= sizeOf(place) && text.startsWith(tokenAt(other), startOf(place))))
        other = made[other]
      made[place] = other >= 0 && sizeOf(other) === sizeOf(place) ? made[other] : other
    }
    return made
  }

  let places: Int32Array | undefined
  return {
    size,
    idAt: (place) => ids[place],
    token(id) {
      if (!places) {
        places = new Int32Array(size).fill(-1)
        for (let place = 0; place < count; place++) places[ids[place]] = place
      }
      const place = places[id] ?? -1
      return place < 0 ? undefined : tokenAt(place)
    },
    id(token) {
      const place = before(token, 0, 0, count, 0)
      return place >= 0 && tokenAt(place) === token ? ids[place] : undefined
    },
    prefixed(prefix) {
      const skip = prefix.length
      const low = before(prefix, 0, 0, count, 0) + 1
      let high = count
      for (let from = low; from < high; ) {
        const middle = (from + high) >> 1
        if (text.startsWith(prefix, startOf(middle)) && sizeOf(middle) > skip) from = middle + 1
        else high = middle
      }
      parents ??= shorterOfAll()
      const above = parents
      const shorter = (place: number) => (above[place] < low ? -1 : above[place])
      const lengthOf = (place: number) => sizeOf(place) - skip
      return {
        longest(given, start) {
          let place = before(given, start, low, high, skip)
          if (place < low) return -1
          const most = shared
          while (place >= 0 && lengthOf(place) > most) place = shorter(place)
          return place
        },
        shorter,
        lengthOf
      }
    }
  }
}

/** The lexicon of tokens by id; undefined for an id without one. */
export function listedLexicon(tokens: readonly (string | undefined)[]): Lexicon {
  const keys = tokens.map(
    (token) => token?.replace(/[\ud800-\uffff]/g, (unit) => String.fromCharCode(rank(unit.charCodeAt(0)))) ?? ''
  )
  const ids = Uint32Array.from(tokens.keys())
    .filter((id) => tokens[id] !== undefined)
    .sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b))
  const sorted = Array.from(ids, (id) => tokens[id] ?? '')
  let end = 0
  const ends = Uint32Array.from(sorted, ({ length }) => (end += length))
  return lexiconOf({ text: sorted.join(''), ends, ids, size: tokens.length })
}
