import { SlimbedError, type Source } from '@slimbed/runtime'
import { type Cursor, cursorOn, NeedsMore } from './cursor.js'
import type { GgufHeader, GgufTensor } from './header.js'
import { checkTensors, leastEntry, readEntry, shownName } from './tensors.js'
import { type GgufValue, readValue } from './values.js'

/** `GGUF`, as a little-endian number. */
const magic = 0x46554747
const versions = [2, 3]
/** Bytes of a pair of a key and a value at least. */
const leastPair = 13
/** How many bytes are read first. */
const firstBytes = 1 << 20
/** The longest header: what comes before the data is held in memory. */
const mostBytes = 2 ** 30

type Named = Pick<Source, 'name' | 'size'>

function readVersion(cursor: Cursor, { name }: Named): number {
  if (cursor.uint32() !== magic)
    throw new SlimbedError('bad-input', `${name}: expected a GGUF file; it does not begin with GGUF`)
  const version = cursor.uint32()
  if (versions.includes(version)) return version
  const refuse = (what: string): never => {
    throw new SlimbedError('unsupported', `${name}: ${what}`)
  }
  if (version > 0 && version % 0x1000000 === 0) {
    refuse('a GGUF file of big-endian numbers: convert it with gguf_convert_endian.py of gguf-py')
  }
  return refuse(`GGUF version ${version}; versions ${versions.join(' and ')} are read: convert the model anew`)
}

const decoder = new TextDecoder()

function readMetadata(cursor: Cursor, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count; i++) {
    const key = decoder.decode(cursor.string('a key'))
    if (metadata.has(key)) cursor.fail(`a second value of ${shownName(key)}`)
    metadata.set(key, readValue(cursor, shownName(key)))
  }
  return metadata
}

const defaultAlignment = 32

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, cursor: Cursor): number {
  const value = metadata.get('general.alignment') ?? defaultAlignment
  const fits = typeof value === 'number' && value >= 1 && value <= 2 ** 30 && Number.isInteger(Math.log2(value))
  return fits ? value : cursor.fail(`"general.alignment": expected a power of two`)
}

/** Reads the header from the first bytes of a file. Throws `NeedsMore` where there are too few of them. */
function parse(bytes: Uint8Array, file: Named): GgufHeader {
  const cursor = cursorOn(bytes, file)
  const version = readVersion(cursor, file)
  const tensorCount = cursor.count(leastEntry, 'tensors')
  const metadata = readMetadata(cursor, cursor.count(leastPair, 'values of metadata'))
  const alignment = alignmentOf(metadata, cursor)
  const listed = Array.from({ length: tensorCount }, () => readEntry(cursor))
  const dataStart = Math.min(Math.ceil(cursor.at() / alignment) * alignment, file.size)
  cursor.take(dataStart - cursor.at(), 'padding')
  const tensors = listed.map(({ offset, bytes: size, ...tensor }): GgufTensor => {
    const begin = dataStart + offset
    return { ...tensor, begin, end: size === undefined ? undefined : begin + size }
  })
  checkTensors(tensors, file.name, file.size, alignment, dataStart)
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  return { version, metadata, alignment, tensors, byName, dataStart, bytes: bytes.subarray(0, dataStart) }
}

/**
 * Reads the header of a GGUF file of version 2 or 3, little-endian, and checks it: counts, lengths, shapes, that tensors are aligned, lie in the
 * file and apart from each other.
 *
 * Rejects with `corrupt-file`, `bad-input` for a file that is no GGUF, and `unsupported` for other versions and big-endian numbers.
 */
export async function readGgufHeader(source: Source): Promise<GgufHeader> {
  const { name, size } = source
  for (let wanted = firstBytes; ; ) {
    if (wanted > mostBytes) throw new SlimbedError('too-large', `${name}: its header has more than ${mostBytes} bytes`)
    const bytes = await source.read(0, Math.min(wanted, size))
    try {
      return parse(bytes, source)
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error
      wanted = Math.max(error.end, 2 * wanted)
    }
  }
}
