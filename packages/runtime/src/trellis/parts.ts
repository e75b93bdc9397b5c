/** The parts of a `trellis` table. */
export interface Trellis {
  readonly rows: number
  /** States of the machine, a power of two from 8 to 256. */
  readonly states: number
  /** Rows that are coded together, 1 to 1024: to read one, those before it in its block are decoded. */
  readonly block: number
  /** The unit of the values: half the distance between the levels of a quantizer. */
  readonly step: number
  /** Classes of gain that a row may have, 1 to 64. */
  readonly gains: number
  /** By how many classes a gain raises those of the columns, 1 to 8. */
  readonly gainStep: number
  /** The class of each column: those of its contexts, less the row's gain. */
  readonly classes: Uint8Array
  /** The frequencies and shifts of the gains and of every context. */
  readonly tables: Uint8Array
  /** The bytes of each block, `⌈rows / block⌉` numbers. */
  readonly lengths: Uint8Array | Uint16Array | Uint32Array
  /** The blocks, one after another. */
  readonly stream: Uint8Array
}
