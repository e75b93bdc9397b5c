import { SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { closestMatch } from 'leven'
import { differenceIn, looksLike } from './look-alike.js'

/** Words that differ from `word` in case or form of accents only, that look like it, or the nearest in spelling. */
function likeWords(word: string, words: Vocabulary): string[] {
  const lower = word.toLowerCase()
  const cases = [word, lower, lower.charAt(0).toUpperCase() + lower.slice(1), word.toUpperCase()]
  const forms = cases.flatMap((form) => [form, form.normalize('NFC'), form.normalize('NFD')])
  const known = [...new Set(forms)].filter((form) => words.find(form) >= 0)
  if (known.length > 0) return known
  const all = Array.from({ length: words.size }, (_, row) => words.word(row))
  const alike = all.filter(looksLike(word))
  if (alike.length > 0) return alike.slice(0, 3)
  const near = closestMatch(word, all, { maxDistance: Math.max(1, Math.floor(word.length / 4)) })
  return near === undefined ? [] : [near]
}

/** The row of a word. Throws `unknown-word`, with a similar word of the table. */
export function findWord(word: string, words: Vocabulary): number {
  const row = words.find(word)
  if (row >= 0) return row
  const near = likeWords(word, words).map((form) => JSON.stringify(form) + differenceIn(form, word))
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
  throw new SlimbedError('unknown-word', `${JSON.stringify(word)} is none of the ${words.size} words${hint}`)
}
