import type { PlainTensor } from '@slimbed/core/artefact'
import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { checkExtent } from '../binary/extent.js'
import type { Stored } from '../binary/stored-matrix.js'
import { chunksOf, type Watch } from '../source/chunks.js'
import { type Host, webHost } from '../source/host.js'
import { type Input, openInput } from '../source/input.js'
import { checkArtefact } from './check-artefact.js'
import { checkSafetensors, readSafetensorsHeader } from './header.js'
import { storedAs } from './read-table.js'
import { type Scaled, withScales } from './with-scales.js'

/** An open `.safetensors` file. */
export interface ModelFile {
  /**
   * Its float matrices by name, in the order of the file, but for scales of others; those in 8 bits are times their scales. Rows are read on demand; reads reject with `bad-input` for values that are
   * not finite.
   */
  readonly matrices: ReadonlyMap<string, Matrix>
  /** The tensors of these scales, by the names of the matrices that are taken times them. */
  readonly scales: ReadonlyMap<string, string>
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

/** A matrix that cannot be read, as an error says. */
const unreadable = ({ rows, dim }: Stored, error: unknown): Scaled => ({
  matrix: { rows, dim, read: () => Promise.reject(error) },
  warnings: []
})

/** The float matrices of a file, and the scales of those in 8 bits. */
async function matricesIn(input: Input, source: Source, tensors: ReadonlyMap<string, SafetensorsEntry>) {
  const matrices = new Map<string, Matrix>()
  const scales = new Map<string, string>()
  for (const entry of tensors.values()) {
    const stored = storedAs(entry)
    if (!stored || stored.rows === 0 || stored.dim === 0) continue
    checkExtent(source, stored)
    // Scales that do not fit are an error of that matrix alone.
    const scaled = await withScales(input, source, tensors, stored).catch((error) => unreadable(stored, error))
    matrices.set(entry.name, scaled.matrix)
    if (scaled.scales !== undefined) scales.set(entry.name, scaled.scales)
  }
  for (const name of scales.values()) matrices.delete(name)
  return { matrices, scales }
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
    return {
      ...(await matricesIn(input, random, tensors)),
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
