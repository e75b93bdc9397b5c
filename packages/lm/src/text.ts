import { SlimbedError } from '@slimbed/core'

/** The words of a language model by row, as `counts.tsv` has them: the first field of each line. */
export function wordsOf(text: string): string[] {
  const words = text.split(/\r?\n/).map((line) => line.split('\t')[0])
  while (words.at(-1) === '') words.pop()
  return words
}

/** The tokens of a text that comes in pieces. */
export interface TokenReader {
  /** How many tokens there are so far. */
  readonly size: number
  /** Takes the next piece; it may end in the middle of a word. */
  push(text: string): void
  /** The rows of all tokens, at the end of the text. */
  end(): Uint32Array
}

/** The most characters of a word. */
const longestWord = 2 ** 20

/** Where the last word of a text begins. It may continue in the next piece. */
function lastWord(text: string): number {
  let at = text.length
  while (at > 0 && !/\s/.test(text[at - 1])) at--
  return at
}

/**
 * Reads a text as the rows of its tokens: words between spaces, and `<eos>` for every line end. Words that the model does not have
 * are read as `<unk>`. Throws `bad-input`, naming the line, for such a word if the model has no `<unk>` and for a word of more than
 * a million characters; also if the model has no `<eos>`.
 */
export function tokenReader(name: string, words: readonly string[]): TokenReader {
  const rows = new Map(words.map((word, row) => [word, row]))
  const [end, unknown] = [rows.get('<eos>'), rows.get('<unk>')]
  if (end === undefined)
    throw new SlimbedError('bad-input', `${name}: the model has no word <eos> for the ends of lines`)
  let tokens = new Uint32Array(1024)
  let size = 0
  let line = 1
  let begun = ''
  const add = (row: number) => {
    if (size === tokens.length) {
      const grown = new Uint32Array(2 * size)
      grown.set(tokens)
      tokens = grown
    }
    tokens[size++] = row
  }
  const addWords = (text: string) => {
    for (const word of text.split(/\s+/)) {
      if (word === '') continue
      const row = rows.get(word) ?? unknown
      if (row === undefined) {
        const found = JSON.stringify(word.slice(0, 40))
        throw new SlimbedError('bad-input', `${name}, line ${line}: the model has no word ${found}, and no <unk>`)
      }
      add(row)
    }
  }
  return {
    get size() {
      return size
    },
    push(text) {
      const lines = `${begun}${text}`.split('\n')
      const last = lines.pop() ?? ''
      for (const whole of lines) {
        addWords(whole)
        add(end)
        line++
      }
      const cut = lastWord(last)
      addWords(last.slice(0, cut))
      begun = last.slice(cut)
      if (begun.length <= longestWord) return
      const found = `a word of more than ${longestWord} characters, which begins with ${JSON.stringify(begun.slice(0, 40))}`
      throw new SlimbedError('bad-input', `${name}, line ${line}: expected words between spaces, found ${found}`)
    },
    end() {
      addWords(begun)
      begun = ''
      return tokens.slice(0, size)
    }
  }
}

/** The rows of the tokens of a text; throws as `tokenReader` does. */
export function tokensOf(name: string, text: string, words: readonly string[]): Uint32Array {
  const reader = tokenReader(name, words)
  reader.push(text)
  return reader.end()
}
