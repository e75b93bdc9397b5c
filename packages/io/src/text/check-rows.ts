import type { PlainVocabulary } from '@slimbed/runtime/format'
import { isDecimal, isNumber } from './fields.js'

/** A word that seems to contain more than a word. */
export interface RowFault {
  readonly row: number
  readonly word: string
  /** The error, if it is certain that the row is wrong. */
  readonly problem?: string | undefined
}

const gluedDecimal = /^[+-]?\d*\.\d+[^\d\s.]/

/** What is suspicious about a word with spaces or tabs in it, in a table of `dim` columns. */
function faultOf(word: string, dim: number, whole: boolean): Omit<RowFault, 'row'> | undefined {
  const fields = word.trim().split(/[ \t]+/)
  const others = fields.slice(1)
  const last = others[others.length - 1] ?? ''
  let trailing = 0
  while (trailing < others.length && isNumber(others[others.length - 1 - trailing])) trailing++
  if (trailing > 0 && (isDecimal(last) || whole)) {
    return { word, problem: `expected a word and ${dim} numbers, came ${dim + trailing} numbers` }
  }
  const numbers = others.filter(isNumber).length
  const decimals = others.filter(isDecimal).length
  const row = numbers >= Math.max(2, dim - 1)
  if (decimals >= Math.max(1, dim - 1) || (whole && row)) {
    return { word, problem: `expected a word and ${dim} numbers, came ${numbers} numbers more: two rows on one line?` }
  }
  return trailing > 0 || row || others.some((field) => gluedDecimal.test(field)) ? { word } : undefined
}

/**
 * The words that contain numbers after a space or tab, as happens with two rows on one line. The list ends at the first word that
 * is an error.
 */
export function rowFaults(words: PlainVocabulary, dim: number, whole: boolean): RowFault[] {
  const { bytes, offsets, size } = words
  const faults: RowFault[] = []
  for (let row = 0; row < size; row++) {
    const end = offsets[row + 1]
    for (let p = offsets[row]; p < end; p++) {
      if (bytes[p] !== 32 && bytes[p] !== 9) continue
      const fault = faultOf(words.word(row), dim, whole)
      if (fault) faults.push({ row, ...fault })
      if (fault?.problem !== undefined) return faults
      break
    }
  }
  return faults
}

/** The same words without the gaps around them. */
export function trimmed({ bytes, offsets, size }: PlainVocabulary): { bytes: Uint8Array; offsets: Uint32Array } {
  const out = new Uint8Array(bytes.length)
  const ends = new Uint32Array(size + 1)
  const isGap = (byte: number) => byte === 32 || byte === 9
  let used = 0
  for (let row = 0; row < size; row++) {
    let [from, to] = [offsets[row], offsets[row + 1]]
    while (from < to && isGap(bytes[from])) from++
    while (to > from && isGap(bytes[to - 1])) to--
    for (let p = from; p < to; p++) out[used++] = bytes[p]
    ends[row + 1] = used
  }
  return { bytes: out.slice(0, used), offsets: ends }
}
