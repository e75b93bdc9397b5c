import type { PlainTensor } from '@slimbed/core'
import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { checkExtent } from '../binary/extent.js'
import { storedMatrix } from '../binary/stored-matrix.js'
import { chunksOf, type Watch } from '../source/chunks.js'
import { type Host, webHost } from '../source/host.js'
import { type Input, openInput } from '../source/input.js'
import { checkArtefact } from './check-artefact.js'
import { checkSafetensors, readSafetensorsHeader } from './header.js'
import { storedAs } from './read-table.js'

/** A `.safetensors` file with all that it holds. */
export interface ModelFile {
  /** Its matrices of floats by name, in the order of the file; rows are read when asked for, and refused when not finite. */
  readonly matrices: ReadonlyMap<string, Matrix>
  /** Every tensor, the matrices too, as it is. */
  readonly tensors: readonly PlainTensor[]
  /** What its `__metadata__` says. */
  readonly metadata: ReadonlyMap<string, string>
  /** Size of the file, in bytes, as it is on disk. */
  readonly bytes: number
  /** Closes the file; nothing can be read after it. */
  close(): Promise<void>
}

/** A tensor of a file, of any element type, read in pieces. */
export function storedPlain(
  source: Source,
  { name, dtype, shape, begin, end }: SafetensorsEntry,
  { signal }: Pick<Watch, 'signal'> = {}
): PlainTensor {
  const bytes = end - begin
  const part: Source = { name: source.name, size: bytes, read: (at, size) => source.read(begin + at, size) }
  return { name, dtype, shape, bytes, chunks: () => chunksOf(part, { signal }) }
}

function matrixAt(source: Source, entry: SafetensorsEntry): Matrix | undefined {
  const stored = storedAs(entry)
  if (!stored || stored.rows === 0 || stored.dim === 0) return undefined
  checkExtent(source, stored)
  return storedMatrix(source, stored)
}

/** `readModel` in a given place. */
export async function readModelOn(host: Host, source: Source, watch: Watch = {}): Promise<ModelFile> {
  let input: Input | undefined
  const close = async () => {
    await input?.close()
    await source.close?.()
  }
  try {
    input = await openInput(source, host, watch)
    checkSafetensors(source.name, input.head, 'a .safetensors file, whose tensors have names')
    const random = await input.random()
    const header = await readSafetensorsHeader(random)
    const { tensors, metadata } = header
    if (metadata.has('slimbed')) {
      const message = `${source.name}: this is compressed already; expected the model that it was made from`
      throw new SlimbedError('unsupported', message)
    }
    await checkArtefact(random, header)
    const entries = [...tensors.values()]
    const matrices = entries.flatMap((entry) => {
      const matrix = matrixAt(random, entry)
      return matrix ? [[entry.name, matrix] as const] : []
    })
    return {
      matrices: new Map(matrices),
      tensors: entries.map((entry) => storedPlain(random, entry, watch)),
      metadata,
      bytes: source.size,
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Reads the header of a `.safetensors` file, which may be gzip, and gives its tensors, to be read when asked for.
 *
 * Rejects with `bad-input` for another format, `unsupported` for what slimbed has compressed, `corrupt-file`.
 */
export const readModel = (source: Source, watch?: Watch): Promise<ModelFile> => readModelOn(webHost, source, watch)
