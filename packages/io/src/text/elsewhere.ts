import type { Vocabulary } from '@slimbed/runtime'

/** Rows whose words have something in common. */
interface Found {
  count: number
  first: number
}

/** Warnings about words that other programs would read differently from a text file, one line for each kind. */
export function unreadableElsewhere(words: Vocabulary, format: string): string[] {
  const spaces: Found = { count: 0, first: 0 }
  const others: Found = { count: 0, first: 0 }
  let empty = 0
  const add = (found: Found, row: number) => {
    if (found.count++ === 0) found.first = row
  }
  for (let row = 0; row < words.size; row++) {
    const word = words.word(row)
    if (word === '') empty++
    else if (word.includes(' ')) add(spaces, row)
    else if (/\s/.test(word)) add(others, row)
  }
  const say = ({ count, first }: Found, what: string) =>
    count === 0
      ? []
      : [
          `.${format}: ${count} of ${words.size} words ${what}, such as ${JSON.stringify(words.word(first).slice(0, 40))}`
        ]
  return [
    ...say(spaces, 'have spaces, which gensim and word2vec cannot read in it (.safetensors holds them)'),
    ...say(others, 'have tabs or other white space, at which some programs split lines'),
    ...(empty > 0 ? [`.${format}: ${empty} of ${words.size} rows have no word; most programs keep one of them`] : [])
  ]
}
