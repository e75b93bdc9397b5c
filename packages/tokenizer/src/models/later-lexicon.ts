import { common, type Lexicon, type Prefixed, rank } from './lexicon.js'

/** Sorted tokens in blocks. */
export interface TokenBlocks {
  readonly blocks: number
  readonly perBlock: number
  /** The first token of a block. */
  first(number: number): string
  /** The tokens of a block. */
  block(number: number): readonly string[]
  /** The id of the token at a place. */
  idAt(place: number): number
  readonly size: number
}

/** How many times something is looked for in blocks: some 20 texts. After it, or in a long text, all tokens are decoded. */
const mostSearches = 1000
const longText = 1000

/** The lexicon of tokens of which those that are looked for first are decoded in their blocks, `whole()` when it is worth while. Both have the same places. */
export function laterLexicon(
  { blocks, perBlock, first, block, idAt, size }: TokenBlocks,
  whole: () => Lexicon
): Lexicon {
  let all: Lexicon | undefined
  let searches = 0
  let kept = new Map<number, readonly string[]>()
  let firsts = new Map<number, string>()

  function everything(): Lexicon {
    if (!all) {
      all = whole()
      kept = new Map()
      firsts = new Map()
    }
    return all
  }

  function tokensIn(number: number): readonly string[] {
    const tokens = kept.get(number) ?? block(number)
    kept.set(number, tokens)
    return tokens
  }
  function firstIn(number: number): string {
    const token = firsts.get(number) ?? first(number)
    firsts.set(number, token)
    return token
  }
  const tokenAt = (place: number) => tokensIn(Math.floor(place / perBlock))[place % perBlock]

  function comesAfter(token: string, text: string): boolean {
    const i = common(token, text)
    return i < token.length && (i === text.length || rank(token.charCodeAt(i)) > rank(text.charCodeAt(i)))
  }

  /** The last place whose token does not come after a text, or −1. */
  function before(text: string): number {
    let low = 0
    for (let high = blocks; low < high; ) {
      const middle = (low + high) >> 1
      if (comesAfter(firstIn(middle), text)) high = middle
      else low = middle + 1
    }
    if (low === 0) return -1
    const tokens = tokensIn(low - 1)
    let i = tokens.length - 1
    while (i > 0 && comesAfter(tokens[i], text)) i--
    return (low - 1) * perBlock + i
  }

  /** The place of the longest token that begins with more than `skip` code units of a text, and with which that begins; or −1. */
  function longestIn(text: string, skip: number): number {
    for (let rest = text; rest.length > skip; ) {
      const place = before(rest)
      if (place < 0) return -1
      const token = tokenAt(place)
      const length = common(token, rest)
      if (length === token.length && length > skip) return place
      rest = rest.slice(0, length)
    }
    return -1
  }

  /** Counts a search; the whole lexicon where it is at hand, or takes over. */
  const settled = (length: number) => all ?? (++searches > mostSearches || length > longText ? everything() : undefined)

  function prefixed(prefix: string): Prefixed {
    const skip = prefix.length
    let inAll: Prefixed | undefined
    const within = (found: Lexicon | undefined) => {
      if (found) inAll ??= found.prefixed(prefix)
      return inAll
    }
    return {
      longest(text, start) {
        const other = within(settled(text.length))
        return other ? other.longest(text, start) : longestIn(prefix + text.slice(start), skip)
      },
      shorter(place) {
        const other = within(all)
        return other ? other.shorter(place) : longestIn(tokenAt(place).slice(0, -1), skip)
      },
      lengthOf(place) {
        const other = within(all)
        return other ? other.lengthOf(place) : tokenAt(place).length - skip
      }
    }
  }

  return {
    size,
    idAt,
    token: (id) => everything().token(id),
    id(token) {
      const found = settled(token.length)
      if (found) return found.id(token)
      const place = before(token)
      return place >= 0 && tokenAt(place) === token ? idAt(place) : undefined
    },
    prefixed
  }
}
