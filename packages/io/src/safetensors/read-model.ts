import type { PlainTensor } from '@slimbed/core/artefact'
import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { checkExtent } from '../binary/extent.js'
import { storedMatrix } from '../binary/stored-matrix.js'
import { chunksOf, type Watch } from '../source/chunks.js'
import { type Host, webHost } from '../source/host.js'
import { type Input, openInput } from '../source/input.js'
import { checkArtefact } from './check-artefact.js'
import { checkSafetensors, readSafetensorsHeader } from './header.js'
import { storedAs } from './read-table.js'

/** An open `.safetensors` file. */
export interface ModelFile {
  /** Its float matrices by name, in the order of the file. Rows are read on demand; reads reject with `bad-input` for values that are not finite. */
  readonly matrices: ReadonlyMap<string, Matrix>
  /** Every tensor, matrices included, with its bytes unchanged. */
  readonly tensors: readonly PlainTensor[]
  /** The entries of its `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>
  /** Size of the file on disk, in bytes. */
  readonly bytes: number
  /** Closes the file. Nothing can be read afterwards. */
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

/** `readModel` on a given host. */
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
 * Opens a `.safetensors` file, which may be compressed with gzip. Its header is read at once, its tensors on demand.
 *
 * Rejects with `bad-input` or `unsupported` for another format, `unsupported` for an artefact, and `corrupt-file`.
 */
export const readModel = (source: Source, watch?: Watch): Promise<ModelFile> => readModelOn(webHost, source, watch)
