import { bytesSource, isSlimbedError, openSource } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'

/** Throws unless rows read by range from an artefact are those that were read whole, bit for bit. */
export async function checkRemote(bytes: Uint8Array, values: Float32Array, dim: number): Promise<void> {
  const count = dim === 0 ? 0 : values.length / dim
  const ids = Array.from({ length: count }, (_, row) => row)
  try {
    const { table } = await openSource(bytesSource('remote', Uint8Array.from(bytes)), { kinds: optionalKinds })
    const found = await table.read(ids)
    const at = found.findIndex((value, i) => !Object.is(value, values[i]))
    if (at >= 0) throw new Error(`by range row ${Math.floor(at / dim)} has ${found[at]}, the whole file ${values[at]}`)
  } catch (error) {
    throw isSlimbedError(error) ? new Error(`by range it is refused, as a whole read: ${error.message}`) : error
  }
}
