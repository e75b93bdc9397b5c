import {
  loadVocabulary,
  type SafetensorsEntry,
  type SafetensorsHeader,
  SlimbedError,
  type Source,
  type Tensor,
  tensorView
} from '@slimbed/runtime'
import { type PlainVocabulary, plainOf } from '@slimbed/runtime/format'
import { type FloatType, floatBytes, isInteger } from '../binary/elements.js'
import { checkExtent } from '../binary/extent.js'
import type { CommonOptions, Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { naming } from '../source/naming.js'
import { checkArtefact } from './check-artefact.js'
import { readSafetensorsHeader } from './header.js'
import { listTensors } from './list.js'
import { scalesBeside } from './scales.js'
import { withScales } from './with-scales.js'

type Tensors = ReadonlyMap<string, SafetensorsEntry>

const isFloat = (dtype: string): dtype is FloatType => Object.hasOwn(floatBytes, dtype)

/** Shape, element type and offset of a float matrix, and of one of whole numbers with `integers`; undefined for other tensors. */
export function storedAs({ name, dtype, shape, begin }: SafetensorsEntry, integers = false) {
  const [rows, dim] = shape
  if (shape.length !== 2 || !(isFloat(dtype) || (integers && isInteger(dtype)))) return undefined
  return { key: name, rows, dim, type: dtype, start: begin }
}

/**
 * The matrix that `tensor` names; without it, the only matrix of the file that is no scales, or the table of an artefact that is not compressed. With
 * `scales`, whole numbers are taken too.
 */
function pick({ tensors, metadata }: SafetensorsHeader, name: string, { tensor, scales }: CommonOptions) {
  const artefact = metadata.has('slimbed')
  const all = listTensors(tensors.values())
  const ofScales = new Set([...tensors.keys()].flatMap((key) => scalesBeside(tensors, key)?.name ?? []))
  const matrices = [...tensors.values()].flatMap((entry) =>
    entry.name === scales ? [] : (storedAs(entry, scales !== undefined) ?? [])
  )
  if (artefact && tensor === undefined) {
    const whole = matrices.find(({ key }) => key === 'data')
    if (whole) return whole
    const message = `${name}: this is a table that slimbed compressed, not vectors; decompress it first`
    throw new SlimbedError('unsupported', message)
  }
  if (tensor !== undefined) {
    const asked = matrices.find(({ key }) => key === tensor)
    if (asked) return asked
    const found = tensors.get(tensor)
    const why = found ? `is ${found.dtype} [${found.shape.join(', ')}], not a matrix of floats` : 'is not there'
    throw new SlimbedError('bad-input', `${name}: tensor ${JSON.stringify(tensor)} ${why}; its tensors: ${all}`)
  }
  const [only, ...more] = matrices.filter(({ key }) => !ofScales.has(key))
  if (only && more.length === 0) return only
  const expected = `${name}: expected one matrix of floats`
  if (matrices.length === 0) throw new SlimbedError('bad-input', `${expected}; its tensors: ${all}`)
  const list = listTensors([...tensors.values()].filter((entry) => storedAs(entry)))
  throw new SlimbedError('bad-input', `${expected}, came ${matrices.length} (${list}); choose the tensor`)
}

/** A warning about tensors of a static model that are not read. */
function leftOut(tensors: Tensors, name: string): string[] {
  const found = ['weights', 'mapping'].filter((key) => tensors.get(key)?.shape.length === 1)
  if (found.length === 0) return []
  const what = found.map((key) => JSON.stringify(key)).join(' and ')
  return [`${name}: ${what} of a static model: rows are read as they are, without that; keep it for vectors of texts`]
}

const prefix = 'vocabulary.'

/** The words in an artefact; undefined if there are none. */
async function wordsOf(source: Source, tensors: Tensors, rows: number): Promise<PlainVocabulary | undefined> {
  if (!tensors.has(`${prefix}words`)) return undefined
  const own: Record<string, Tensor> = {}
  for (const [name, entry] of tensors) {
    if (!name.startsWith(prefix)) continue
    const bytes = new Uint8Array(await source.read(entry.begin, entry.end - entry.begin))
    own[name.slice(prefix.length)] = tensorView(bytes, { ...entry, begin: 0, end: bytes.length })
  }
  return naming(source.name, () => plainOf(loadVocabulary(own, rows)), 'corrupt-file')
}

/**
 * Opens one matrix of a `.safetensors` file: float16, bfloat16, float32 or float64, `rows × dim`. It is the tensor that `options.tensor`
 * names, or the only one. Rows are read on demand. Rejects with `bad-input`, naming the tensors of the file, if there is no such matrix.
 */
export async function readSafetensors(input: Input, options: CommonOptions = {}): Promise<Content> {
  const source = await input.random()
  const header = await readSafetensorsHeader(source)
  await checkArtefact(source, header)
  const stored = pick(header, input.name, options)
  checkExtent(source, stored)
  const words = await wordsOf(source, header.tensors, stored.rows)
  const { matrix, warnings } = await withScales(input, source, header.tensors, stored, options.scales)
  return { matrix, vocabulary: words, warnings: [...leftOut(header.tensors, input.name), ...warnings] }
}
