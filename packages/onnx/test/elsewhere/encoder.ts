import { readFile } from 'node:fs/promises'
import { at, dense, pipeline, type Table } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { pq } from '@slimbed/pq'
import { tiers } from '@slimbed/prune'
import { dataFolder, hasData } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import { rewriteOnnx } from '../../src/index.js'
import { join } from '../../src/wire/writer.js'
import { always, tensor, valuesOf } from '../model.js'

/** The folder of a sentence encoder of 6,000 word pieces, as transformers.js loads it. */
export const encoderFolder = `${dataFolder}/models/minilm-l3-6k`
export const hasEncoder = hasData('models/minilm-l3-6k/onnx/model.onnx')
export const noEncoder = 'no models/minilm-l3-6k in the folder of data'

/** Bytes and lists, windows of bits, codebooks, and parts of rows. */
const pipelines = {
  'fixedpoint(bits=4)': fixedpoint({ bits: 4, clip: 'mse' }),
  'trellis(coding=fixed)': trellis({ bits: 3, coding: 'fixed', basis: 'none', clusters: 0, states: 64 }),
  pq: pq({ parts: 96, bits: 8 }),
  tiers: pipeline(
    tiers({ first: 0.1, second: 0.3 }),
    at('0', fixedpoint({ bits: 8 })),
    at('1', fixedpoint({ bits: 4 })),
    fixedpoint({ bits: 2, clip: 'mse' })
  )
}

/** A model, and the same with the rows that its table has as floats: both must give the same, up to rounding. */
export interface Pair {
  readonly name: string
  readonly small: Uint8Array
  readonly plain: Uint8Array
}

async function pairOf(name: keyof typeof pipelines, bytes: Uint8Array, weights: Float32Array): Promise<Pair> {
  const made = await rewriteOnnx({ bytes }, { pipeline: pipelines[name], tensor, weights: () => weights })
  const { table }: { table: Table } = made.tables[0]
  const floats = dense(table.rows, table.dim, valuesOf(table))
  const plain = await rewriteOnnx({ bytes }, { pipeline: always(floats), tensor })
  return { name, small: join(made.model), plain: join(plain.model) }
}

/** The encoder with a smaller table, by several pipelines. */
export async function encoders(names = Object.keys(pipelines) as (keyof typeof pipelines)[]): Promise<Pair[]> {
  const bytes = new Uint8Array(await readFile(`${encoderFolder}/onnx/model.onnx`))
  const counts = (await readFile(`${encoderFolder}/counts.tsv`, 'utf8')).trimEnd().split('\n')
  const weights = Float32Array.from(counts, (line) => Number(line.split('\t')[1]) + 1)
  const pairs: Pair[] = []
  for (const name of names) pairs.push(await pairOf(name, bytes, weights))
  return pairs
}

/** Numbers of tokens of a text, and of one that is longer. */
export const texts = [
  [2, 100, 2000, 5999, 17, 3],
  [2, ...Array.from({ length: 40 }, (_, i) => (i * 149) % 6000), 3]
]

/** The inputs of the encoder by name. */
export const inputsOf = (names: readonly string[], ids: readonly number[]) =>
  names.map((name) => [name, ids.map((id) => (name === 'input_ids' ? id : name === 'attention_mask' ? 1 : 0))] as const)

/** The largest difference of two lists of numbers, as a part of the largest of them. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, size] = [a.length === b.length ? 0 : Infinity, 0]
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    size = Math.max(size, Math.abs(b[i]))
  }
  return Number.isNaN(most) ? Infinity : most / size
}
