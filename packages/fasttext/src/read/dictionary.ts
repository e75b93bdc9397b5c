import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import type { Args, Counted, KeptBuckets } from '../model.js'
import type { Forward } from './forward.js'

/** The words and labels of a model. */
export interface Dictionary {
  readonly words: PlainVocabulary & Counted
  readonly labels: PlainVocabulary & Counted
  readonly tokens: number
  readonly kept: KeptBuckets | undefined
}

/** Of an entry besides its text: the end of that, a count and a type. */
const restBytes = 1 + 8 + 1

/** Texts one after another, in an array that doubles: it never relies on a length that a file states. */
function growing() {
  let bytes = new Uint8Array(1 << 16)
  let used = 0
  return {
    append(piece: Uint8Array): number {
      if (used + piece.length > bytes.length) {
        const larger = new Uint8Array(Math.max(used + piece.length, 2 * bytes.length))
        larger.set(bytes.subarray(0, used))
        bytes = larger
      }
      bytes.set(piece, used)
      used += piece.length
      return used
    },
    finish: () => bytes.slice(0, used)
  }
}

/** A count, as a number. */
function countAt(file: Forward, view: DataView, at: number, what: string): number {
  const value = view.getBigInt64(at, true)
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : file.fail(`${what} ${value}`)
}

/** Reads `size` entries of one type: 0 is a word, 1 a label. */
async function readEntries(file: Forward, size: number, type: 0 | 1): Promise<PlainVocabulary & Counted> {
  // An entry takes some bytes at least, so this is linear in the file.
  if (size * restBytes > file.left()) file.fail(`${size} words or labels in ${file.left()} bytes`)
  const texts = growing()
  const offsets = new Uint32Array(size + 1)
  const counts = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let window = file.window()
    let end = window.indexOf(0)
    while (end < 0 || end + restBytes > window.length) {
      if (!(await file.widen())) file.fail(`the file ends in entry ${i} of ${size} of its words or labels`)
      window = file.window()
      end = window.indexOf(0, Math.max(end, 0))
    }
    const rest = new DataView(window.buffer, window.byteOffset + end + 1, restBytes - 1)
    const found = rest.getInt8(8)
    if (found !== type) file.fail(`entry ${i} of ${size} has the type ${found}, expected ${type}: words, then labels`)
    counts[i] = countAt(file, rest, 0, 'the count')
    const total = texts.append(window.subarray(0, end))
    if (total >= 2 ** 32) file.fail('words of more than 4 GiB')
    offsets[i + 1] = total
    file.skip(end + restBytes)
  }
  return { ...vocabulary({ bytes: texts.finish(), offsets, counts }), counts }
}

/** Reads `count` pairs of a bucket and its row. */
async function readKept(file: Forward, count: number, { bucket }: Args): Promise<KeptBuckets> {
  if (count > file.left() / 8) file.fail(`${count} buckets in ${file.left()} bytes`)
  const view = await file.take(8 * count)
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const bucketAt = (i: number) => view.getInt32(8 * i, true)
  order.sort((a, b) => bucketAt(a) - bucketAt(b))
  const [buckets, rows] = [new Uint32Array(count), new Uint32Array(count)]
  for (const [i, from] of order.entries()) {
    const [number, row] = [bucketAt(from), view.getInt32(8 * from + 4, true)]
    if (number < 0 || number >= bucket || (i > 0 && number === buckets[i - 1]) || row < 0 || row >= count) {
      file.fail(`bucket ${number} in row ${row}; expected ${count} different ones of ${bucket}`)
    }
    buckets[i] = number
    rows[i] = row
  }
  return { buckets, rows }
}

/** Reads the words, the labels and the buckets that are kept. Rejects with `corrupt-file`. */
export async function readDictionary(file: Forward, args: Args): Promise<Dictionary> {
  const view = await file.take(28)
  const [size, words, labels] = [0, 4, 8].map((at) => view.getInt32(at, true))
  if (words < 0 || labels < 0 || size !== words + labels) {
    file.fail(`${size} entries for ${words} words and ${labels} labels`)
  }
  const tokens = countAt(file, view, 12, 'tokens:')
  const pruned = Number(view.getBigInt64(20, true))
  if (pruned < -1) file.fail(`${pruned} buckets`)
  const read = {
    words: await readEntries(file, words, 0),
    labels: await readEntries(file, labels, 1),
    tokens
  }
  return { ...read, kept: pruned < 0 ? undefined : await readKept(file, pruned, args) }
}
