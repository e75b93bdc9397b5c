import type { Vocabulary } from '@slimbed/runtime'
import type { Args, Counted, FastTextModel } from '../model.js'
import { losses, modelKinds } from '../read/args.js'
import { magic } from '../read/is-fasttext.js'

const version = 12

/** Numbers in the order of a file. */
function argsBytes(args: Args): Uint8Array {
  const { dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate, t } = args
  const view = new DataView(new ArrayBuffer(8 + 12 * 4 + 8))
  const kinds = [losses.indexOf(loss) + 1, modelKinds.indexOf(model) + 1]
  const numbers = [
    magic,
    version,
    dim,
    ws,
    epoch,
    minCount,
    neg,
    wordNgrams,
    ...kinds,
    bucket,
    minn,
    maxn,
    lrUpdateRate
  ]
  for (const [i, number] of numbers.entries()) view.setInt32(4 * i, number, true)
  view.setFloat64(4 * numbers.length, t, true)
  return new Uint8Array(view.buffer)
}

function entryBytes(words: Vocabulary & Counted, type: 0 | 1): Uint8Array[] {
  return Array.from({ length: words.size }, (_, row) => {
    const text = words.bytesOf(row)
    const bytes = new Uint8Array(text.length + 10)
    bytes.set(text)
    new DataView(bytes.buffer).setBigInt64(text.length + 1, BigInt(words.counts[row]), true)
    bytes[text.length + 9] = type
    return bytes
  })
}

/** What comes before the matrices: settings, words, labels and the buckets that are kept. */
export type Head = Pick<FastTextModel, 'args' | 'words' | 'labels' | 'tokens' | 'kept'>

/** The bytes of what comes before the matrices, in pieces. */
export function headBytes({ args, words, labels, tokens, kept }: Head): Uint8Array[] {
  const sizes = new DataView(new ArrayBuffer(28))
  for (const [i, size] of [words.size + labels.size, words.size, labels.size].entries()) {
    sizes.setInt32(4 * i, size, true)
  }
  sizes.setBigInt64(12, BigInt(tokens), true)
  sizes.setBigInt64(20, BigInt(kept?.buckets.length ?? -1), true)
  const pairs = Uint32Array.from({ length: 2 * (kept?.buckets.length ?? 0) }, (_, i) =>
    kept ? (i % 2 === 0 ? kept.buckets : kept.rows)[i >> 1] : 0
  )
  return [
    argsBytes(args),
    new Uint8Array(sizes.buffer),
    ...entryBytes(words, 0),
    ...entryBytes(labels, 1),
    new Uint8Array(pairs.buffer)
  ]
}
