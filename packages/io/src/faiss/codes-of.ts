import { SlimbedError, type Table } from '@slimbed/runtime'
import { factorsOf } from '@slimbed/runtime/kinds'
import type { PackedIndex } from '@slimbed/runtime/trellis'

/** The codes of some columns of all rows, and the codebook whose rows they number. */
interface Part {
  readonly packed: PackedIndex
  readonly source: Table
}

/** A table in the form of an `IndexPQ`, after a transform where it has one. */
export interface FaissCodes {
  /** Side by side, all of as many columns. */
  readonly parts: readonly Part[]
  /** Bits of a code in every part. */
  readonly bits: number
  /** Orthonormal rows that the codes are multiplied with, if they are. */
  readonly axes?: Table | undefined
  /** What is added to the codes before that, if anything. */
  readonly shift?: Float32Array | undefined
}

/** What is read again: the most bits, and the most columns. */
const [mostBits, mostColumns] = [16, 65_535]

/** Throws `unsupported`: says which tables can be written. */
export function refuse(what: string): never {
  throw new SlimbedError(
    'unsupported',
    `.faiss holds tables of pq and opq: parts of as many columns, or these times a rotation; this is ${what}: write .npy`
  )
}

function partOf({ kind, rows, config, tensors, children }: Table): Part {
  const index = tensors.index?.data
  if (kind !== 'codebook' || !(index instanceof Uint8Array)) refuse(`a table with a part of kind ${kind}`)
  return { packed: { rows, bits: Number(config.bits), index }, source: children.source }
}

function shiftedPartsOf(table: Table, axes?: Table): FaissCodes {
  const { source, by } = (axes && table.shifted?.()) ?? { source: table, by: undefined }
  const { kind, children } = source
  if (kind !== 'concat' && kind !== 'codebook') refuse(axes ? `a product of ${kind}` : `a table of kind ${kind}`)
  // Names that are numbers come in order.
  const parts = (kind === 'concat' ? Object.values(children) : [source]).map(partOf)
  const widths = new Set(parts.map((part) => part.source.dim))
  if (widths.size > 1) refuse(`one with parts of ${[...widths].join(' and ')} columns`)
  const bits = parts.reduce((most, part) => Math.max(most, part.packed.bits, Math.ceil(Math.log2(part.source.rows))), 1)
  if (bits > mostBits) refuse(`one with codes of ${bits} bits, more than ${mostBits}`)
  return { parts, bits, axes, shift: by }
}

/** The codes of a table that `pq` or `opq` make, or `faissTable`. Throws `unsupported` for any other table. */
export function faissCodesOf(table: Table): FaissCodes {
  if (table.dim < 1 || table.dim > mostColumns) refuse(`a table of ${table.dim} columns`)
  const { left, right } = factorsOf(table) ?? {}
  return left && right ? shiftedPartsOf(left, right) : shiftedPartsOf(table)
}
