import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ort } from '@slimbed/onnx'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { type Tokenizer, tokenizerFrom } from '@slimbed/tokenizer'
import { keptOf } from './onnx-likeness.js'

/** What a rewritten model makes of texts, beside what the original makes of them. */
export interface ModelCheck {
  readonly texts: number
  /** Of the vectors of texts with those of the original: the means of the first output over tokens. */
  readonly meanCosine: number
  /** The part of the ten nearest texts that stays. */
  readonly neighboursKept: number
  /** The median time of a text on one thread, texts by turns. */
  readonly milliseconds: { readonly before: number; readonly after: number }
  /** What the runtime makes of the new model when it loads it. */
  readonly optimizedBytes: number
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

/** The vector of a text, and the time that it took. */
interface Encoded {
  readonly vector: Float64Array
  readonly milliseconds: number
}

/** Runs a model on numbers of tokens: the mean of its first output over tokens, of length 1, and the time it took. */
async function encoderOf(model: Uint8Array, { module }: Ort) {
  const session = await module.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  const [output] = session.outputNames
  return {
    close: () => session.release(),
    async encode(ids: Int32Array): Promise<Encoded> {
      const feeds = session.inputNames.map((name) => {
        const values = name === 'input_ids' ? ids : ids.map(() => (name === 'attention_mask' ? 1 : 0))
        return [name, new module.Tensor('int64', BigInt64Array.from(values, BigInt) as never, [1, ids.length])] as const
      })
      const start = performance.now()
      const made = (await session.run(Object.fromEntries(feeds)))[output]
      const milliseconds = performance.now() - start
      const dim = made.dims.at(-1) ?? 1
      const sum = new Float64Array(dim)
      for (let i = 0; i < made.data.length; i++) sum[i % dim] += Number(made.data[i])
      const length = Math.sqrt(sum.reduce((all, value) => all + value * value, 0)) || 1
      return { vector: sum.map((value) => value / length), milliseconds }
    }
  }
}

async function optimizedBytes(model: Uint8Array, { module }: Ort): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'slimbed-check-'))
  try {
    const optimizedModelFilePath = join(folder, 'model.onnx')
    const session = await module.InferenceSession.create(model, { optimizedModelFilePath, logSeverityLevel: 4 })
    await session.release()
    return (await stat(optimizedModelFilePath)).size
  } finally {
    await rm(folder, { recursive: true, force: true })
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
 * Runs a model before and after on the texts of a file. Rejects with `not-found` without a tokenizer, `corrupt-file`, and `unsupported` for a tokenizer
 * that is not known and for models that take more than numbers of tokens.
 */
export async function checkModel(
  path: string,
  file: string,
  before: Uint8Array,
  after: Uint8Array,
  ort: Ort
): Promise<ModelCheck> {
  const texts = await textsIn(file)
  const tokenizer = await tokenizerBeside(path)
  const [old, made] = [await encoderOf(before, ort), await encoderOf(after, ort)]
  try {
    const pairs: (readonly [Encoded, Encoded])[] = []
    for (const text of texts) {
      const ids = tokenizer.encode(text, { specialTokens: true, maxLength: mostTokens })
      if (ids.length > 0) pairs.push([await old.encode(ids), await made.encode(ids)] as const)
    }
    const vectors = (side: 0 | 1) => pairs.map((pair) => pair[side].vector)
    const times = (side: 0 | 1) => median(pairs.map((pair) => pair[side].milliseconds))
    return {
      texts: pairs.length,
      ...keptOf(vectors(0), vectors(1)),
      milliseconds: { before: times(0), after: times(1) },
      optimizedBytes: await optimizedBytes(after, ort)
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
