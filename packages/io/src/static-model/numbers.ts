import { type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { floatBytes, integerArrays, isInteger, toFloat32 } from '../binary/elements.js'

const isFloat = (dtype: string): dtype is keyof typeof floatBytes => Object.hasOwn(floatBytes, dtype)

async function read(source: Source, entry: SafetensorsEntry): Promise<Uint8Array> {
  if (entry.shape.length !== 1) throw wrong(source, entry, 'one dimension')
  // A copy of its own memory, aligned.
  return Uint8Array.from(await source.read(entry.begin, entry.end - entry.begin))
}

const wrong = ({ name }: Source, { name: tensor, dtype, shape }: SafetensorsEntry, expected: string) =>
  new SlimbedError(
    'bad-input',
    `${name}: tensor ${JSON.stringify(tensor)}: expected ${expected}, got ${dtype} [${shape}]`
  )

/** The values of a vector of floats. Rejects with `bad-input` for another tensor or a number that is not finite. */
export async function floatsAt(source: Source, entry: SafetensorsEntry): Promise<Float32Array> {
  if (!isFloat(entry.dtype)) throw wrong(source, entry, 'floats')
  const values = toFloat32(await read(source, entry), entry.dtype)
  if (values.every(Number.isFinite)) return values
  throw new SlimbedError('bad-input', `${source.name}: tensor ${JSON.stringify(entry.name)}: a number is not finite`)
}

/**
 * The values of a vector of indices below `count`. Rejects with `bad-input` for another tensor or a number that is not such an
 * index.
 */
export async function indicesAt(source: Source, entry: SafetensorsEntry, count: number): Promise<Uint32Array> {
  if (!isInteger(entry.dtype)) throw wrong(source, entry, 'whole numbers')
  const { buffer } = await read(source, entry)
  const values = new integerArrays[entry.dtype](buffer as ArrayBuffer)
  return Uint32Array.from(values as ArrayLike<number | bigint> as ArrayLike<number>, (value, i) => {
    const index = Number(value)
    if (index >= 0 && index < count) return index
    const where = `${source.name}: tensor ${JSON.stringify(entry.name)}, token ${i}`
    throw new SlimbedError('bad-input', `${where}: expected a row from 0 to ${count - 1}, not ${index}`)
  })
}
