import type { Sink } from '@slimbed/core'
import type { Matrix, Vocabulary } from '@slimbed/runtime'
import type { Watch } from '../source/chunks.js'
import type { Input } from '../source/input.js'
import type { Writable, WriteOptions } from '../write/writable.js'

/** What the reader of a format makes of its input. */
export interface Content {
  /** The format, where reading told more than the first bytes. */
  readonly format?: string | undefined
  readonly matrix: Matrix
  readonly vocabulary?: Vocabulary | undefined
  /** Whether the format has words and the file has none. */
  readonly wordless?: boolean | undefined
  readonly warnings: readonly string[]
}

/** Options of reading that are the same for files and for bytes. */
export interface CommonOptions extends Watch {
  /** The tensor to read from a `.safetensors` file that has several matrices. */
  readonly tensor?: string | undefined
}

/** The start of an input, which formats are told by. */
export type Start = Pick<Input, 'name' | 'head'>

/** A format of vectors. */
export interface Format<Name extends string = string> {
  /** Also the ending of the names of such files. */
  readonly name: Name
  /** Whether an input has this format, by its first bytes. */
  detect(start: Start): boolean
  read(input: Input, options: CommonOptions): Promise<Content>
  /** Writes to a sink, block by block as the rows are read. Resolves to the bytes written. */
  write?(content: Writable, sink: Sink, options?: WriteOptions): Promise<number>
}

/** A format that is known by its first bytes and not read. */
export interface ForeignFormat {
  readonly detect: Format['detect']
  /** What it is and what to do: `a zip archive: unpack it`. */
  readonly refusal: string
}

/** Whether an input begins with these bytes. */
export const begins = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte)
