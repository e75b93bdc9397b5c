import { bytesSource, type Source } from '@slimbed/io'
import { SlimbedError } from '@slimbed/runtime'
import { crc32 } from '@slimbed/runtime/format'

/** A file that may be opened. */
export type Openable = () => Promise<Source>

/** How many times larger than it is stored a file may become, above a size that any file may have: files of models are far below it. */
const [mostRatio, smallBytes] = [200, 2 ** 20]
/** The end of an archive: its length without a comment, and with the longest. */
const [endBytes, longestEnd] = [22, 22 + 0xffff]

interface Entry {
  readonly path: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

const viewOf = async (file: Blob, start: number, end: number) =>
  new DataView(await file.slice(start, end).arrayBuffer())

/** The list of files. Throws `corrupt-file`, and `unsupported` for archives of 4 GiB and more. */
async function entriesOf(file: Blob, damaged: (what: string) => never): Promise<Entry[]> {
  const start = Math.max(0, file.size - longestEnd)
  const tail = await viewOf(file, start, file.size)
  let end = tail.byteLength - endBytes
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) return damaged('the list of its files is missing')
  const [count, length, begin] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true)
  ]
  if (count === 0xffff || begin === 0xffffffff) throw new SlimbedError('unsupported', 'a zip archive of 4 GiB or more')
  const list = await viewOf(file, begin, begin + length)
  const entries: Entry[] = []
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > list.byteLength || list.getUint32(at, true) !== 0x02014b50) return damaged('the list of its files')
    const [name, extra, comment] = [28, 30, 32].map((place) => list.getUint16(at + place, true))
    if (at + 46 + name > list.byteLength) return damaged('the list of its files')
    entries.push({
      path: new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, name)),
      method: list.getUint16(at + 10, true),
      crc: list.getUint32(at + 16, true),
      packed: list.getUint32(at + 20, true),
      size: list.getUint32(at + 24, true),
      at: list.getUint32(at + 42, true)
    })
    at += 46 + name + extra + comment
  }
  return entries
}

/** The bytes of a file in an archive. Throws `corrupt-file`, `unsupported`. */
async function unpack(
  file: Blob,
  { path, method, crc, packed, size, at }: Entry,
  damaged: (what: string) => never
): Promise<Uint8Array> {
  const head = await viewOf(file, at, at + 30)
  if (head.byteLength < 30 || head.getUint32(0, true) !== 0x04034b50) return damaged(path)
  if (method !== 0 && method !== 8) throw new SlimbedError('unsupported', `${path}: packed in a way that is not known`)
  if (size > Math.max(smallBytes, mostRatio * packed)) return damaged(`${path}: ${size} bytes packed into ${packed}`)
  const start = at + 30 + head.getUint16(26, true) + head.getUint16(28, true)
  const stored = file.slice(start, start + packed)
  const stream = method === 8 ? stored.stream().pipeThrough(new DecompressionStream('deflate-raw')) : stored.stream()
  const bytes = new Uint8Array(size)
  let end = 0
  const reader = stream.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      // A length that is wrong is damage; `set` would throw for one too long.
      if (end + part.value.length > size) return damaged(path)
      bytes.set(part.value, end)
      end += part.value.length
    }
  } catch {
    return damaged(path)
  }
  return end === size && crc32(bytes) === crc ? bytes : damaged(path)
}

/** The files of a zip archive by path; each is unpacked to memory when it is opened. Rejects with `corrupt-file`, `unsupported`. */
export async function filesInZip(name: string, file: Blob): Promise<ReadonlyMap<string, Openable>> {
  const damaged = (what: string): never => {
    throw new SlimbedError('corrupt-file', `${name}: the zip archive is damaged: ${what}`)
  }
  const entries = await entriesOf(file, damaged)
  return new Map(
    entries.map((entry) => [entry.path, async () => bytesSource(entry.path, await unpack(file, entry, damaged))])
  )
}
