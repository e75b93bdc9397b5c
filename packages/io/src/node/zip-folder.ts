import { bytesSource, SlimbedError } from '@slimbed/runtime'
import { crc32 } from '@slimbed/runtime/format'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { type Folder, layouts } from '../static-model/model.js'

/** The files of a model. */
const names = [
  'modules.json',
  ...layouts.flatMap(({ config, below }) => [config, `${below}model.safetensors`, `${below}tokenizer.json`])
]
/** How many times larger than it is stored a file may become: vectors and JSON are far below it. */
const mostRatio = 200
/** A file up to this size may be anything. */
const smallBytes = 2 ** 20

/** A folder in a zip archive. */
export interface ZipFolder {
  readonly folder: Folder
  close(): void
}

/** An error of the archive as one line. */
function zipError(path: string, error: unknown): SlimbedError {
  const what = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new SlimbedError('corrupt-file', `${path}: the zip archive cannot be read: ${what}`, { cause: error })
}

/** The entries that may be files of a model, by their paths. */
async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (names.some((name) => entry.fileName === name || entry.fileName.endsWith(`/${name}`))) {
      entries.set(entry.fileName, entry)
    }
  }
  return entries
}

/** What comes before the paths of the files of a model: the shortest that a vectors' file has. */
function rootOf(entries: ReadonlyMap<string, Entry>): string {
  const roots = [...entries.keys()].flatMap(
    (path) => path.match(/^(.*?)(?:0_StaticEmbedding\/)?model\.safetensors$/)?.[1] ?? []
  )
  return roots.sort((a, b) => a.length - b.length)[0] ?? ''
}

/** The bytes of an entry. Throws `corrupt-file` for one that is damaged or grows out of proportion. */
async function unpack(path: string, zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const { fileName, compressedSize, uncompressedSize } = entry
  const where = `${path}: ${JSON.stringify(fileName.slice(0, 80))}`
  if (uncompressedSize > Math.max(smallBytes, mostRatio * compressedSize)) {
    const grown = `${uncompressedSize} bytes packed into ${compressedSize}`
    throw new SlimbedError('corrupt-file', `${where}: ${grown} are no file of a model: unpack the archive yourself`)
  }
  const bytes = new Uint8Array(uncompressedSize)
  let at = 0
  const stream = await zip.openReadStreamPromise(entry)
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    bytes.set(part, at)
    at += part.length
  }
  if (crc32(bytes) !== entry.crc32) throw new SlimbedError('corrupt-file', `${where}: it does not have its checksum`)
  return bytes
}

/**
 * The folder of a model within a zip archive, of which only the files of the model are unpacked, to memory. Rejects with `corrupt-file`;
 * so does opening a file.
 */
export async function zipFolder(path: string): Promise<ZipFolder> {
  const zip = await openPromise(path, { autoClose: false }).catch((error) => {
    throw zipError(path, error)
  })
  try {
    const entries = await entriesOf(zip)
    const root = rootOf(entries)
    const folder: Folder = async (name) => {
      const entry = entries.get(`${root}${name}`)
      if (!entry) return undefined
      const bytes = await unpack(path, zip, entry).catch((error) => {
        throw error instanceof SlimbedError ? error : zipError(path, error)
      })
      return bytesSource(`${path}: ${entry.fileName}`, bytes)
    }
    return { folder, close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw zipError(path, error)
  }
}
