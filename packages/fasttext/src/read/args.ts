import { SlimbedError } from '@slimbed/runtime'
import { longestNgram } from '@slimbed/runtime/subwords'
import type { Args, Loss, ModelKind } from '../model.js'
import type { Forward } from './forward.js'
import { magic } from './is-fasttext.js'

/** The names of fastText's numbers, from 1 on. */
export const modelKinds: readonly ModelKind[] = ['cbow', 'skipgram', 'supervised']
export const losses: readonly Loss[] = ['hs', 'ns', 'softmax', 'ova']
/** Bytes of the numbers before the words. */
const argsBytes = 12 * 4 + 8

/** Reads what comes before the words. Rejects with `unsupported` for another version, and with `corrupt-file`. */
export async function readArgs(file: Forward): Promise<{ readonly version: number; readonly args: Args }> {
  const start = await file.take(8)
  if (start.getInt32(0, true) !== magic) file.fail('expected a fastText model, which begins with other bytes')
  const version = start.getInt32(4, true)
  if (version !== 11 && version !== 12) {
    throw new SlimbedError('unsupported', `${file.name}: a fastText model of version ${version}; 11 and 12 are read`)
  }
  const view = await file.take(argsBytes)
  const [dim, ws, epoch, minCount, neg, wordNgrams, lossNumber, modelNumber, bucket, minn, maxn, lrUpdateRate] =
    Array.from({ length: 12 }, (_, i) => view.getInt32(4 * i, true))
  const [loss, model] = [losses[lossNumber - 1], modelKinds[modelNumber - 1]]
  if (loss === undefined || model === undefined)
    file.fail(`expected a loss and a kind of model, got ${lossNumber} and ${modelNumber}`)
  if (dim < 1 || dim > 2 ** 24) file.fail(`vectors of ${dim} columns`)
  if (bucket < 0 || minn < 0 || maxn < 0 || wordNgrams < 0) {
    file.fail(`n-grams of ${minn} to ${maxn} characters and ${wordNgrams} words in ${bucket} buckets`)
  }
  if (maxn > longestNgram || wordNgrams > longestNgram) {
    throw new SlimbedError(
      'unsupported',
      `${file.name}: n-grams of ${Math.max(maxn, wordNgrams)}; at most ${longestNgram} are read`
    )
  }
  // Classifiers of version 11 have no n-grams of characters, whatever they say.
  const longest = version === 11 && model === 'supervised' ? 0 : maxn
  if (bucket === 0 && (longest > 0 || wordNgrams > 1)) file.fail('n-grams, but no buckets')
  const t = view.getFloat64(48, true)
  const sizes = { dim, ws, epoch, minCount, neg, wordNgrams, bucket, minn, maxn: longest, lrUpdateRate, t }
  return { version, args: { ...sizes, loss, model } }
}
