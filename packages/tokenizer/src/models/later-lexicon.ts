import { common, type Lexicon, type Prefixed, rank } from './lexicon.js'

/** Sorted tokens in blocks. */
export interface TokenBlocks {
  readonly size: number
  readonly blocks: number
  readonly perBlock: number
  /** The tokens of a block, or only the first. */
  block(number: number, first: boolean): readonly string[]
  /** The id of the token at a place. */
  idAt(place: number): number
}

/** How many times something is looked for in blocks: some 20 texts. After it, or in a long text, all tokens are decoded. */
const mostSearches = 1000
const longText = 1000

/** The lexicon of tokens of which those that are looked for first are decoded in their blocks, `whole()` when it is worth while. Both have the same places. */
export function laterLexicon({ size, blocks, perBlock, block, idAt }: TokenBlocks, whole: () => Lexicon): Lexicon {
  let all: Lexicon | undefined
  let searches = 0
  // By number of the block; its first token alone by the complement.
  const kept = new Map<number, readonly string[]>()

  function everything(): Lexicon {
    kept.clear()
    all ??= whole()
    return all
  }

  function tokensIn(number: number, first = false): readonly string[] {
    const key = first ? ~number : number
    const tokens = kept.get(key) ?? block(number, first)
    kept.set(key, tokens)
    return tokens
  }
  const tokenAt = (place: number) => tokensIn(Math.floor(place / perBlock))[place % perBlock]

  function comesAfter(token: string, text: string): boolean {
    const i = common(token, text)
    return i < token.length && !(rank(token.charCodeAt(i)) < rank(text.charCodeAt(i)))
  }

  /** The last place whose token does not come after a text, or −1. */
  function before(text: string): number {
    let low = 0
    for (let high = blocks; low < high; ) {
      const middle = (low + high) >> 1
      if (comesAfter(tokensIn(middle, true)[0], text)) high = middle
      else low = middle + 1
    }
    if (low-- === 0) return -1
    const tokens = tokensIn(low)
    let i = tokens.length - 1
    while (i > 0 && comesAfter(tokens[i], text)) i--
    return low * perBlock + i
  }

  /** The place of the longest token that a text begins with, of more than `skip` code units; or −1. */
  function longestIn(text: string, skip: number): number {
    for (let rest = text; rest.length > skip; ) {
      const place = before(rest)
      if (place < 0) return -1
      const token = tokenAt(place)
      rest = rest.slice(0, common(token, rest))
      if (rest === token && token.length > skip) return place
    }
    return -1
  }

  /** Counts a search; whether all tokens are to be decoded. */
  const settled = (length: number) => all !== undefined || ++searches > mostSearches || length > longText

  return {
    size,
    idAt,
    token: (id) => everything().token(id),
    id(token) {
      if (settled(token.length)) return everything().id(token)
      const place = before(token)
      return place >= 0 && tokenAt(place) === token ? idAt(place) : undefined
    },
    prefixed(prefix) {
      let found: Prefixed | undefined
      const inAll = () => {
        found ??= everything().prefixed(prefix)
        return found
      }
      return {
        longest: (text, start) =>
          settled(text.length) ? inAll().longest(text, start) : longestIn(prefix + text.slice(start), prefix.length),
        shorter: (place) => inAll().shorter(place),
        lengthOf: (place) => (all ? inAll().lengthOf(place) : tokenAt(place).length - prefix.length)
      }
    }
  }
}
