import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Ort } from '@slimbed/onnx'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { type Tokenizer, tokenizerFrom } from '@slimbed/tokenizer'
import { feedsOf } from './onnx-feeds.js'
import { divergence, keptOf } from './onnx-likeness.js'
import { loadedOf, type PlacedOrt } from './onnx-loaded.js'
import { floatsAmong } from './onnx-values.js'

/** What a rewritten model makes of texts, beside what the original makes of them. */
export interface ModelCheck {
  readonly texts: number
  /** Of the vectors of texts with those of the original: the means of the first output of floats over tokens. */
  readonly meanCosine: number
  /** The part of the ten nearest texts that stays. */
  readonly neighboursKept: number
  /** The median time of a text on one thread, texts by turns. */
  readonly milliseconds: { readonly before: number; readonly after: number }
  /** How far what a head predicts is from what it predicted, in nats a token: of models whose outputs are logits. */
  readonly divergence?: number | undefined
  /** What the runtime makes of the new model when it loads it. */
  readonly optimizedBytes: number
  /** Peak memory of a process that loads the model and runs a text. */
  readonly peakMemoryBytes: { readonly before: number; readonly after: number }
}

/** More texts than these are not taken: neighbours take the square of it. */
const mostTexts = 2000
/** Nor are more tokens of a text. */
const mostTokens = 512

function parsed(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new SlimbedError('corrupt-file', `--check: ${file}: expected JSON`)
  }
}

/** The tokenizer of a model: that of its folder, or of the folder above. */
async function tokenizerBeside(path: string): Promise<Tokenizer> {
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const file = join(folder, 'tokenizer.json')
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes) return tokenizerFrom(parsed(file, bytes))
  }
  throw new SlimbedError('not-found', `--check: there is no tokenizer.json beside ${path}`)
}

/** The vector of a text, the values of its tokens, and the time that it took. */
interface Encoded {
  readonly vector: Float64Array
  readonly values: Float64Array
  readonly milliseconds: number
}

/** What is kept of a text. */
type Timed = Omit<Encoded, 'values'>

/** Runs a model on numbers of tokens: the mean of its first output of floats over tokens, of length 1, and the time it took. */
async function encoderOf(model: Uint8Array, { module }: Ort) {
  const session = await module.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  return {
    close: () => session.release(),
    async encode(ids: Int32Array): Promise<Encoded> {
      const feeds = feedsOf(session.inputNames, ids, module)
      const start = performance.now()
      const made = await session.run(feeds)
      const milliseconds = performance.now() - start
      const { dims, values } = floatsAmong(session.outputNames, made)
      const dim = dims.at(-1) ?? 1
      const sum = new Float64Array(dim)
      for (let i = 0; i < values.length; i++) sum[i % dim] += values[i]
      const length = Math.sqrt(sum.reduce((all, value) => all + value * value, 0)) || 1
      return { vector: sum.map((value) => value / length), values, milliseconds }
    }
  }
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

/** The lines of a file that hold text. */
async function textsIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length >= 12) return lines.slice(0, mostTexts)
  throw new SlimbedError(
    'bad-input',
    `--check ${file}: expected a text in each of 12 lines or more, got ${lines.length}`
  )
}

/**
 * Runs a model before and after on the texts of a file; `logits` is how many rows a table with a head has. Rejects with `not-found` without a tokenizer, `corrupt-file`, and `unsupported` for a tokenizer
 * that is not known and for models that take more than numbers of tokens.
 */
export async function checkModel(
  path: string,
  file: string,
  before: Uint8Array,
  after: Uint8Array,
  ort: PlacedOrt,
  logits: number | undefined
): Promise<ModelCheck> {
  const texts = await textsIn(file)
  const tokenizer = await tokenizerBeside(path)
  const [old, made] = [await encoderOf(before, ort), await encoderOf(after, ort)]
  try {
    const pairs: (readonly [Timed, Timed])[] = []
    const diverging: number[] = []
    let longest = new Int32Array(0)
    for (const text of texts) {
      const ids = tokenizer.encode(text, { specialTokens: true, maxLength: mostTokens })
      if (ids.length === 0) continue
      const [{ values, ...first }, { values: others, ...second }] = [await old.encode(ids), await made.encode(ids)]
      pairs.push([first, second])
      if (ids.length > longest.length) longest = ids.slice()
      if (logits !== first.vector.length) continue
      for (let at = 0; at < values.length; at += logits)
        diverging.push(divergence(values.subarray(at, at + logits), others.subarray(at, at + logits)))
    }
    const [then, now] = await loadedOf([before, after], longest, ort)
    const vectors = (side: 0 | 1) => pairs.map((pair) => pair[side].vector)
    const times = (side: 0 | 1) => median(pairs.map((pair) => pair[side].milliseconds))
    return {
      texts: pairs.length,
      ...keptOf(vectors(0), vectors(1)),
      milliseconds: { before: times(0), after: times(1) },
      ...(diverging.length > 0 && { divergence: diverging.reduce((sum, each) => sum + each, 0) / diverging.length }),
      optimizedBytes: now.optimizedBytes,
      peakMemoryBytes: { before: then.peakMemoryBytes, after: now.peakMemoryBytes }
    }
  } catch (error) {
    if (isSlimbedError(error)) throw error
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new SlimbedError('unsupported', `--check: the model does not run on numbers of tokens alone: ${why}`)
  } finally {
    await old.close()
    await made.close()
  }
}
