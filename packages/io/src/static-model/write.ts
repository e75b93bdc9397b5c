import type { Sink } from '@slimbed/core'
import { type JsonObject, type Matrix, SlimbedError } from '@slimbed/runtime'
import { checkFinite } from '../binary/finite.js'
import type { StaticModel } from './model.js'

/** One tensor of a plain safetensors file: its bytes, or a matrix that is written block by block. */
type Part = { readonly dtype: string; readonly shape: readonly number[] } & (
  | { readonly bytes: Uint8Array }
  | { readonly matrix: Matrix }
)

const blockBytes = 2 ** 22

/** Writes a plain safetensors file. */
async function writeTensors(sink: Sink, parts: Readonly<Record<string, Part>>): Promise<void> {
  let end = 0
  const entries = Object.entries(parts).map(([name, part]) => {
    const begin = end
    end += 'bytes' in part ? part.bytes.length : part.matrix.rows * part.matrix.dim * 4
    return [name, { dtype: part.dtype, shape: part.shape, data_offsets: [begin, end] }] as const
  })
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) })
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true)
  await sink.write(length, 0)
  await sink.write(text, 8)
  let at = 8 + text.length
  for (const part of Object.values(parts)) {
    if ('bytes' in part) {
      await sink.write(part.bytes, at)
      at += part.bytes.length
      continue
    }
    const { rows, dim } = part.matrix
    const step = Math.max(1, Math.floor(blockBytes / (dim * 4)))
    for (let start = 0; start < rows; start += step) {
      const values = await part.matrix.read(start, Math.min(step, rows - start))
      checkFinite(values, dim, start, 'model.safetensors')
      await sink.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
      at += values.byteLength
    }
  }
}

/** A model to write: the result of `readStaticModel`, possibly with another matrix. */
export type WritableStaticModel = Omit<StaticModel, 'tokens' | 'bytes' | 'unscaled' | 'close'>

/** The files of a model: each path below its folder, and what writes it. */
export function staticModelFiles(model: WritableStaticModel): ReadonlyMap<string, (sink: Sink) => Promise<void>> {
  const { layout, matrix, tokenizer, config, weights, mapping } = model
  const { normalize } = model.settings
  const count = mapping?.length ?? matrix.rows
  if (weights && weights.length !== count) {
    throw new SlimbedError('bad-input', `the model has ${weights.length} weights for ${count} tokens`)
  }
  const own = layout === 'model2vec'
  if (!own && (weights || mapping)) {
    throw new SlimbedError('unsupported', 'sentence-transformers has no weights or mapping of tokens: write model2vec')
  }
  const parts: Record<string, Part> = {
    [own ? 'embeddings' : 'embedding.weight']: { dtype: 'F32', shape: [matrix.rows, matrix.dim], matrix }
  }
  if (weights)
    parts.weights = { dtype: 'F32', shape: [weights.length], bytes: new Uint8Array(Float32Array.from(weights).buffer) }
  if (mapping) {
    const ids = BigInt64Array.from(mapping, BigInt)
    // int64, NumPy's default: model2vec uses the tensor directly as an index.
    parts.mapping = { dtype: 'I64', shape: [ids.length], bytes: new Uint8Array(ids.buffer) }
  }
  const text = (value: unknown) => async (sink: Sink) =>
    sink.write(new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`), 0)
  const below = own ? '' : '0_StaticEmbedding/'
  const module = (idx: number, path: string, type: string) => ({
    idx,
    name: String(idx),
    path,
    type: `sentence_transformers.models.${type}`
  })
  const told: JsonObject = own ? { ...config, normalize, embedding_dtype: 'float32' } : config
  return new Map([
    [own ? 'config.json' : 'config_sentence_transformers.json', text(told)],
    [
      'modules.json',
      text([
        module(0, own ? '.' : '0_StaticEmbedding', 'StaticEmbedding'),
        ...(normalize ? [module(1, '1_Normalize', 'Normalize')] : [])
      ])
    ],
    [`${below}tokenizer.json`, async (sink) => sink.write(tokenizer, 0)],
    [`${below}model.safetensors`, (sink) => writeTensors(sink, parts)]
  ])
}
