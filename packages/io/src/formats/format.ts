import type { Sink } from '@slimbed/core'
import type { Matrix } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import type { Range } from '../part.js'
import type { Watch } from '../source/chunks.js'
import type { Input } from '../source/input.js'
import type { Writable, WriteOptions } from '../write/writable.js'

/** The result of reading an input. */
export interface Content {
  /** The format, if reading has shown that it is another one than the first bytes suggested. */
  readonly format?: string | undefined
  readonly matrix: Matrix
  readonly vocabulary?: PlainVocabulary | undefined
  /** Whether the file has no words although its format has them. */
  readonly wordless?: boolean | undefined
  readonly warnings: readonly string[]
}

/** Options of reading that are the same for files and for bytes. */
export interface CommonOptions extends Watch {
  /** The tensor to read from a file that has several matrices. */
  readonly tensor?: string | undefined
  /** The tensor whose numbers the matrix is to be multiplied with: one for all values, for each row, or for each block. */
  readonly scales?: string | undefined
  /** The column to read from a file that has several of lists of numbers. */
  readonly column?: string | undefined
  /** The rows to read, `[start, end)` from 0 on; `limit` counts from the first of them. */
  readonly rows?: Range | undefined
  /** The columns to read, in the same way. */
  readonly columns?: Range | undefined
  /** The most rows to read: the first ones, an integer of 1 or more. What follows them in text or .bin is not read. */
  readonly limit?: number | undefined
  /** Formats besides those of this package, which are asked first. */
  readonly formats?: readonly Format[] | undefined
}

/** The start of an input, by which formats are recognized. */
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

/** A format that is recognized by its first bytes but cannot be read. */
export interface ForeignFormat {
  readonly detect: Format['detect']
  /** What it is and what to do: `a zip archive: unpack it`. */
  readonly refusal: string
}

/** Whether an input begins with these bytes. */
export const begins = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte)
