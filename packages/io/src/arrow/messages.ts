import { SlimbedError, type Source } from '@slimbed/runtime'
import { type FlatTable, numberOf, rootTable, sizeAt, tableOf, vectorOf } from './flatbuffer.js'
import { type Field, fieldsOf } from './schema.js'

/** The most bytes of metadata that are read at once. */
const mostMetadata = 2 ** 28
const magic = 'ARROW1'
/** What is before metadata, but in files of before 2019. */
const continuation = 0xffffffff
/** Kinds of messages. */
const [schemaMessage, batchMessage] = [1, 3]

/** A run of rows in a file. */
export interface Batch {
  /** Its metadata. */
  readonly header: FlatTable
  readonly rows: number
  /** Where its buffers are. */
  readonly start: number
  readonly end: number
}

/** What is in a file. */
export interface ArrowFile {
  readonly fields: readonly Field[]
  /** One after another, in the order of the file; each is read when it is asked for. */
  batches(): AsyncGenerator<Batch>
  /** Whether its end is marked, once all batches have been read: files always are. */
  readonly ended: () => boolean
}

/** What a message is, and where its body is. */
interface Message {
  readonly kind: number
  readonly header: FlatTable
  readonly start: number
  readonly end: number
}

const damaged = ({ name }: Source, what: string) =>
  new SlimbedError('bad-input', `${name}: the Arrow file is damaged, or cut short: ${what}`)

/** What `read` makes; `bad-input` where it goes beyond the bytes. */
export function checked<Result>(source: Source, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw damaged(source, error.message)
    throw error
  }
}

/** The message at a byte of a file; undefined at the end. */
async function messageAt(source: Source, at: number): Promise<Message | undefined> {
  const { size } = source
  if (at === size) return undefined
  if (at + 4 > size) throw damaged(source, `${size - at} bytes at the end`)
  const prefix = await source.read(at, Math.min(8, size - at))
  const words = new DataView(prefix.buffer, prefix.byteOffset, prefix.length)
  const marked = words.getUint32(0, true) === continuation
  if (marked && prefix.length < 8) throw damaged(source, `byte ${at}`)
  const length = words.getUint32(marked ? 4 : 0, true)
  if (length === 0) return undefined
  const from = at + (marked ? 8 : 4)
  if (length > Math.min(mostMetadata, size - from)) throw damaged(source, `byte ${at}: metadata of ${length} bytes`)
  const bytes = await source.read(from, length)
  return checked(source, () => {
    const message = rootTable(bytes)
    const header = tableOf(message, 2)
    const start = from + length
    const end = start + numberOf(message, 3, 'Int64')
    if (!header || end > size) throw new RangeError(`byte ${at}: a message that ends at byte ${end} of ${size}`)
    return { kind: numberOf(message, 1, 'Uint8'), header, start, end }
  })
}

const batchOf = (source: Source, { header, start, end }: Message): Batch => ({
  header,
  rows: checked(source, () => numberOf(header, 0, 'Int64')),
  start,
  end
})

/** A stream of messages, of which the first is the schema. */
async function openStream(source: Source): Promise<ArrowFile> {
  const first = await messageAt(source, 0)
  if (first?.kind !== schemaMessage) throw damaged(source, 'expected a schema first')
  let ended = false
  return {
    ended: () => ended,
    fields: checked(source, () => fieldsOf(first.header)),
    async *batches() {
      for (let at = first.end; ; ) {
        const message = await messageAt(source, at)
        if (!message) {
          ended = at < source.size
          return
        }
        if (message.kind === batchMessage) yield batchOf(source, message)
        at = message.end
      }
    }
  }
}

/** A file whose end says where its batches are. */
async function openFooter(source: Source): Promise<ArrowFile> {
  const { size } = source
  const tail = await source.read(Math.max(0, size - 10), Math.min(10, size))
  const length = size < 20 ? 0 : new DataView(tail.buffer, tail.byteOffset, 10).getUint32(0, true)
  if (String.fromCharCode(...tail.subarray(4)) !== magic || length > Math.min(mostMetadata, size - 18)) {
    throw damaged(source, `it does not end with its contents and ${magic}`)
  }
  const footer = rootTable(await source.read(size - 10 - length, length))
  const { blocks, fields } = checked(source, () => {
    const schema = tableOf(footer, 1)
    if (!schema) throw new RangeError('there is no schema')
    return { blocks: vectorOf(footer, 3, 24), fields: fieldsOf(schema) }
  })
  return {
    fields,
    ended: () => true,
    async *batches() {
      for (let i = 0, last = 8; i < blocks.length; i++) {
        const at = checked(source, () => sizeAt(blocks.buffers.view, blocks.at + 24 * i))
        // Each byte is read once.
        if (at < last || at >= size) throw damaged(source, `batch ${i} begins at byte ${at}`)
        const message = await messageAt(source, at)
        if (message?.kind !== batchMessage) throw damaged(source, `byte ${at}: expected batch ${i}`)
        last = message.end
        yield batchOf(source, message)
      }
    }
  }
}

/** Opens a file, or a stream in a file. Rejects as the source does, and with `bad-input` for what is damaged. */
export async function openArrow(source: Source): Promise<ArrowFile> {
  const head = await source.read(0, Math.min(6, source.size))
  return String.fromCharCode(...head) === magic ? openFooter(source) : openStream(source)
}
