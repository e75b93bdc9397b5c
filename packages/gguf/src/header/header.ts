import type { GgufValue } from './values.js'

/** A tensor in a GGUF file. */
export interface GgufTensor {
  readonly name: string
  /** As NumPy shows it, rows first: the file has it the other way round. */
  readonly shape: readonly number[]
  /** `F32`, `Q4_0`, …; `type 99` for one that is not known. */
  readonly type: string
  /** Where its first byte lies in the file. */
  readonly begin: number
  /** Where it ends; unknown for a type whose blocks are not known. */
  readonly end: number | undefined
  /** Where the number of its type lies in the file: four bytes, then eight of its offset from the start of the data. */
  readonly typeAt: number
}

/** What a GGUF file says of itself. */
export interface GgufHeader {
  readonly version: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  /** Tensors begin at multiples of that many bytes from the start of the data. */
  readonly alignment: number
  /** In the order of the file's list. */
  readonly tensors: readonly GgufTensor[]
  /** The same by their names, of which none is there twice. */
  readonly byName: ReadonlyMap<string, GgufTensor>
  /** Where the data starts. */
  readonly dataStart: number
  /** All bytes before the data, padding included. */
  readonly bytes: Uint8Array
}
