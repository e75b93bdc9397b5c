import { SlimbedError } from '@slimbed/core'

/** The words of a language model by row, as `counts.tsv` has them: the first field of each line. */
export function wordsOf(text: string): string[] {
  const words = text.split(/\r?\n/).map((line) => line.split('\t')[0])
  while (words.at(-1) === '') words.pop()
  return words
}

/**
 * A text as the rows of its tokens: words between spaces, and `<eos>` for every line end. A word that the model does not have is its
 * `<unk>`. Throws `bad-input` naming the line where it has none, or no `<eos>`.
 */
export function tokensOf(name: string, text: string, words: readonly string[]): Uint32Array {
  const rows = new Map(words.map((word, row) => [word, row]))
  const [end, unknown] = [rows.get('<eos>'), rows.get('<unk>')]
  if (end === undefined)
    throw new SlimbedError('bad-input', `${name}: the model has no word <eos> for the ends of lines`)
  const tokens: number[] = []
  const lines = text.split('\n')
  lines.forEach((line, i) => {
    for (const word of line.split(/\s+/)) {
      if (word === '') continue
      const row = rows.get(word) ?? unknown
      if (row === undefined) {
        const found = JSON.stringify(word.slice(0, 40))
        throw new SlimbedError('bad-input', `${name}, line ${i + 1}: the model has no word ${found}, and no <unk>`)
      }
      tokens.push(row)
    }
    if (i < lines.length - 1) tokens.push(end)
  })
  return Uint32Array.from(tokens)
}
