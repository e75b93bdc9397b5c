import { SlimbedError } from '@slimbed/core'
import type { Input } from './input.js'
import { numbersOf, sampleLines } from './text/layout.js'
import type { VectorFormat } from './vectors.js'

const latin1 = new TextDecoder('latin1')
const begins = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, i) => head[i] === byte)

/** Formats that are known by their first bytes and cannot be read. */
const foreign: readonly { readonly bytes: readonly number[]; readonly say: string }[] = [
  { bytes: [0x50, 0x4b, 3, 4], say: 'a zip archive (.npz, .pt, .zip): unpack it, or save the matrix as .npy' },
  { bytes: [0xba, 0x16, 0x4f, 0x2f], say: 'a fastText model: give its .vec file' },
  { bytes: [0x47, 0x47, 0x55, 0x46, 3], say: 'a GGUF model: save the matrix as .safetensors or .npy' },
  { bytes: [0x89, 0x48, 0x44, 0x46], say: 'an HDF5 file: save the matrix as .npy' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], say: 'packed with zstd: unpack it first' },
  { bytes: [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59], say: 'packed with bzip2: unpack it first' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], say: 'packed with xz: unpack it first' },
  { bytes: [0xff, 0xfe], say: 'UTF-16 text: save it as UTF-8' },
  { bytes: [0xfe, 0xff], say: 'UTF-16 text: save it as UTF-8' },
  ...[2, 3, 4, 5].map((version) => ({
    bytes: [0x80, version],
    say: 'a Python pickle, which can run code: save the matrix as .npy or with save_word2vec_format'
  }))
]

function isSafetensors(head: Uint8Array): boolean {
  // The length of a header is below 100 MB, so its upper four bytes are zero.
  return head[8] === 0x7b && begins(head.subarray(4), 0, 0, 0, 0)
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
function areBinaryRows(body: Uint8Array, rows: number, dim: number): boolean {
  let p = 0
  for (let row = 0; row < rows && p < body.length; row++) {
    const space = body.indexOf(32, p)
    if (space < 0) return false
    p = space + 1 + dim * 4
    if (body[p] === 10) p++
  }
  return p > 0 && p === body.length
}

/** How much of a body is looked at. */
const bodyBytes = 65536

/** Whether what follows a line `rows dim` is binary: its lines are not a word and `dim` numbers, nor any text. */
function isBinary(body: Uint8Array, rows: number, dim: number): boolean {
  const whole = areBinaryRows(body, rows, dim)
  const controls = body.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)
  if (whole && controls) return true
  // Words of a text may hold any byte, and the numbers of a binary file may look like text.
  const short = body.length < Math.min(bodyBytes, rows * (1 + 4 * dim))
  if (mostAreVectors(body, short ? 1 : dim)) return false
  return whole || controls || new TextDecoder().decode(body).includes('\ufffd')
}

/**
 * The format of an input, from its content alone. Of the two kinds of text, `vec` is what begins with a line of two
 * whole numbers; its reader has the last word.
 *
 * Throws `bad-input` for an empty file and `unsupported` for formats that are known but not read.
 */
export function formatOf({ name, head }: Pick<Input, 'name' | 'head'>): VectorFormat {
  if (head.length === 0) throw new SlimbedError('bad-input', `${name}: expected vectors; the file is empty`)
  if (begins(head, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return 'npy'
  if (isSafetensors(head)) return 'safetensors'
  const known = foreign.find(({ bytes }) => begins(head, ...bytes))
  if (known) throw new SlimbedError('unsupported', `${name}: this is ${known.say}`)
  const mark = begins(head, 0xef, 0xbb, 0xbf) ? 3 : 0
  const header = /^(\d+)[ \t]+(\d+)[ \t]*\r?\n/.exec(latin1.decode(head.subarray(mark, mark + 64)))
  if (!header) return 'txt'
  const from = mark + header[0].length
  const body = head.subarray(from, from + bodyBytes)
  return isBinary(body, Number(header[1]), Number(header[2])) ? 'bin' : 'vec'
}
