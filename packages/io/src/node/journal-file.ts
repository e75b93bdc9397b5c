import { type FileHandle, open, readFile } from 'node:fs/promises'
import { isObject, type JsonObject } from '@slimbed/runtime'
import { crc32, hex8 } from '@slimbed/runtime/format'

/** The whole lines of a journal, up to the first that is not what was written, and where they end. */
export interface ReadJournal {
  readonly entries: readonly JsonObject[]
  /** In bytes. */
  readonly end: number
  /** Whether something came after that. */
  readonly torn: boolean
}

const newline = 10

/** Reads a journal. A line is the CRC-32 of its JSON in eight digits, a space, and the JSON, which says the number of the line. */
export async function readJournal(path: string): Promise<ReadJournal> {
  const bytes = await readFile(path).catch(() => new Uint8Array())
  const entries: JsonObject[] = []
  let end = 0
  for (;;) {
    const next = bytes.indexOf(newline, end)
    const entry = next < 0 ? undefined : entryOf(bytes.subarray(end, next), entries.length)
    if (!entry) return { entries, end, torn: end < bytes.length }
    entries.push(entry)
    end = next + 1
  }
}

function entryOf(line: Uint8Array, number: number): JsonObject | undefined {
  const sum = new TextDecoder().decode(line.subarray(0, 9))
  if (sum !== `${hex8(crc32(line.subarray(9)))} `) return undefined
  try {
    const entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line.subarray(9)))
    return isObject(entry) && entry.line === number ? entry : undefined
  } catch {
    return undefined
  }
}

/** A journal that is written. */
export interface JournalWriter {
  /** Adds a line, and waits until it is on the disk. */
  append(entry: JsonObject): Promise<void>
  close(): Promise<void>
}

/** Opens a journal to add lines after those that were read. */
export async function writeJournal(
  path: string,
  { entries, end }: Pick<ReadJournal, 'entries' | 'end'>
): Promise<JournalWriter> {
  const handle: FileHandle = await open(path, end === 0 ? 'w' : 'r+')
  let at = end
  let line = entries.length
  await handle.truncate(end)
  return {
    async append(entry) {
      const json = new TextEncoder().encode(JSON.stringify({ line: line++, ...entry }))
      const text = Buffer.concat([Buffer.from(`${hex8(crc32(json))} `), json, Buffer.of(newline)])
      for (let done = 0; done < text.length; ) {
        done += (await handle.write(text, done, text.length - done, at + done)).bytesWritten
      }
      at += text.length
      await handle.datasync()
    },
    close: () => handle.close()
  }
}
