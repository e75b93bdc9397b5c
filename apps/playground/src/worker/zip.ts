import { bytesSource, type Source } from '@slimbed/io'
import { SlimbedError } from '@slimbed/runtime'
import { BlobReader, configure, type FileEntry, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js/index-native.js'

/** A file that may be opened. */
export type Openable = () => Promise<Source>

/** How many times larger than it is stored a file may become, above a size that any file may have: files of models are far below it. */
const [mostRatio, smallBytes] = [200, 2 ** 20]

// This is a worker already.
configure({ useWebWorkers: false })

/** Does something with an archive. Rejects with `corrupt-file` where that fails. */
async function whole<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const what = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new SlimbedError('corrupt-file', `${name}: the zip archive is damaged: ${what}`, { cause: error })
  }
}

function unpack(name: string, entry: FileEntry): Promise<Uint8Array> {
  const { filename, compressedSize: packed, uncompressedSize: size } = entry
  return whole(name, async () => {
    if (size > Math.max(smallBytes, mostRatio * packed)) {
      throw new Error(`${filename}: ${size} bytes packed into ${packed}`)
    }
    return entry.getData(new Uint8ArrayWriter(), { checkSignature: true })
  })
}

/** The files of a zip archive by path; each is unpacked to memory when it is opened. Rejects with `corrupt-file`. */
export async function filesInZip(name: string, file: Blob): Promise<ReadonlyMap<string, Openable>> {
  const entries = await whole(name, () => new ZipReader(new BlobReader(file)).getEntries())
  const files = entries.filter((entry): entry is FileEntry => !entry.directory)
  return new Map(
    files.map((entry) => [entry.filename, async () => bytesSource(entry.filename, await unpack(name, entry))])
  )
}
