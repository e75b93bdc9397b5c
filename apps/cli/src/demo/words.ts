import type { Vocabulary } from '@slimbed/runtime'

const familiar = ['king', 'water', 'music', 'city', 'three', 'river', 'war', 'good']

/** `count` words to show neighbours of: familiar ones that the table has, else words spread over its first thousands. */
export function wordsToShow(words: Vocabulary, count: number): string[] {
  const known = familiar.filter((word) => words.find(word) >= 0)
  const step = Math.max(1, Math.floor(Math.min(words.size, 4000) / (count + 1)))
  const spread = Array.from({ length: count }, (_, i) => words.word(Math.min((i + 1) * step, words.size - 1)))
  return [...new Set([...known, ...spread])].slice(0, count)
}
