import { numbersOf } from '../text/fields.js'
import { sampleLines } from '../text/layout.js'

const latin1 = new TextDecoder('latin1')

/** A first line `rows dim`, and some of what follows it. */
export interface BinHeader {
  readonly rows: number
  readonly dim: number
  readonly body: Uint8Array
}

/** How much of a body is looked at. */
const bodyBytes = 65536

/** The first line `rows dim` of an input, if it has one. */
export function headerOf(head: Uint8Array): BinHeader | undefined {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const line = /^(\d+)[ \t]+(\d+)[ \t]*\r?\n/.exec(latin1.decode(head.subarray(mark, mark + 64)))
  if (!line) return undefined
  const from = mark + line[0].length
  return { rows: Number(line[1]), dim: Number(line[2]), body: head.subarray(from, from + bodyBytes) }
}

/** Whether most lines of a text are a word and at least `dim` numbers. */
function mostAreVectors(body: Uint8Array, dim: number): boolean {
  const lines = latin1
    .decode(body)
    .split('\n', sampleLines + 1)
    .slice(0, -1)
  const vectors = lines.filter((line) => numbersOf(line) >= dim)
  return vectors.length * 2 > lines.length
}

/** Whether a body is, to its last byte, rows of a word, a space, `dim` float32 numbers and perhaps a line end. */
function areBinaryRows({ rows, dim, body }: BinHeader): boolean {
  let p = 0
  for (let row = 0; row < rows && p < body.length; row++) {
    const space = body.indexOf(32, p)
    if (space < 0) return false
    p = space + 1 + dim * 4
    if (body[p] === 10) p++
  }
  return p > 0 && p === body.length
}

/** Whether what follows a line `rows dim` is binary: its lines are not a word and `dim` numbers, nor any text. */
export function isBinary(header: BinHeader): boolean {
  const { rows, dim, body } = header
  const whole = areBinaryRows(header)
  const controls = body.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)
  if (whole && controls) return true
  // Words of a text may hold any byte, and the numbers of a binary file may look like text.
  const short = body.length < Math.min(bodyBytes, rows * (1 + 4 * dim))
  if (mostAreVectors(body, short ? 1 : dim)) return false
  return whole || controls || new TextDecoder().decode(body).includes('\ufffd')
}
