import { SlimbedError } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { isUtf8 } from '../words/utf8.js'
import type { BinScan } from './scan-bin.js'

const isControl = (byte: number) => byte < 32 && byte !== 9

/** The first row whose word is not text. This happens when numbers are read as a word. */
function garbled({ bytes, offsets, size }: PlainVocabulary): number | undefined {
  for (let row = 0; row < size; row++) {
    let controls = 0
    for (let p = offsets[row]; p < offsets[row + 1]; p++) if (isControl(bytes[p])) controls++
    if (controls > 1 || (controls > 0 && !isUtf8(bytes.subarray(offsets[row], offsets[row + 1])))) return row
  }
  return undefined
}

/** Whether the first bytes of a file are rows whose numbers take `size` bytes each. */
function fits(head: Uint8Array, start: number, { dim, rows }: { dim: number; rows: number }, size: number): boolean {
  let p = start
  for (let row = 0; row < Math.min(rows, 20) && p + dim * size < head.length; row++) {
    const space = head.indexOf(32, p)
    const word = head.subarray(p, space)
    if (space < 0 || word.length > 200 || word.some(isControl) || !isUtf8(word)) return false
    p = space + 1 + dim * size
    if (head[p] === 10) p++
  }
  return p > start && p <= head.length
}

/** Bytes of numbers that are not read. */
const others: Readonly<Record<number, string>> = { 8: 'float64', 2: 'float16' }

/**
 * Warnings about rows that may be misread. Throws `bad-input` if they certainly are: words that are not text, or line ends after
 * some vectors only.
 */
export function checkBin(
  name: string,
  head: Uint8Array,
  { start, dim, rows }: { start: number; dim: number; rows: number },
  words: PlainVocabulary,
  { oddEnd, lineEnds, strange }: BinScan
): string[] {
  const odd = garbled(words) ?? oddEnd
  const quoted = (row: number) => JSON.stringify(words.word(row).slice(0, 40))
  if (odd !== undefined) {
    // Rows of another width are misread from the first one on.
    const width = odd > 2 ? undefined : [8, 2].find((size) => fits(head, start, { dim, rows }, size))
    if (width) {
      const message = `${name}: the numbers seem to be ${others[width]}; expected float32: write them so`
      throw new SlimbedError('bad-input', message)
    }
    const what = odd === oddEnd ? `is ${lineEnds ? 'not ' : ''}followed by a line end, unlike the others` : 'is no text'
    const message = `${name}, row ${odd} (from 0): what is read as the word ${quoted(odd)} ${what}`
    throw new SlimbedError('bad-input', `${message}: a word with a space there or before? write .txt or .safetensors`)
  }
  const warnings: string[] = []
  if (strange !== undefined && !lineEnds) {
    const where = `row ${strange} (from 0), ${quoted(strange)}`
    warnings.push(`${name}: ${where}, has numbers of other sizes than most: is there a space in its word?`)
  }
  if (words.size !== rows) {
    const whole = words.size < rows ? '; is the file whole?' : ''
    warnings.push(`${name}: the header says ${rows} rows, the file has ${words.size}; all of them are read${whole}`)
  }
  return warnings
}
