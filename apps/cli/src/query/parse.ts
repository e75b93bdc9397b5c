/** A word that is added to a query, or taken from it. */
export interface Term {
  readonly word: string
  readonly sign: 1 | -1
}

/** One question: a word, or a sum such as `king - man + woman`. */
export interface Query {
  /** As it was typed. */
  readonly text: string
  readonly terms: readonly Term[]
  /** Its line, if it was read from stdin. */
  readonly where?: string
}

/** The questions in a row of arguments: `+` and `-` between two words join them, any other word begins a new one. */
export function parseQueries(args: readonly string[]): Query[] {
  const queries: { words: string[]; terms: Term[] }[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const last = queries.at(-1)
    const next = args.at(i + 1)
    if (last && next !== undefined && (arg === '+' || arg === '-')) {
      last.words.push(arg, next)
      last.terms.push({ word: next, sign: arg === '+' ? 1 : -1 })
      i++
    } else queries.push({ words: [arg], terms: [{ word: arg, sign: 1 }] })
  }
  return queries.map(({ words, terms }) => ({ text: words.join(' '), terms }))
}

/** The question in a line: its words may hold spaces; `+` and `-` between spaces join them. */
export function parseLine({ text, where }: { readonly text: string; readonly where: string }): Query {
  const [word = '', ...rest] = text.split(/\s+([+-])\s+/)
  const terms: Term[] = [{ word, sign: 1 }]
  for (let i = 0; i < rest.length; i += 2) terms.push({ word: rest[i + 1], sign: rest[i] === '+' ? 1 : -1 })
  return { text, terms, where }
}
