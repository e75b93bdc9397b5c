import { SlimbedError } from '@slimbed/runtime'
import type { GgufHeader, GgufTensor } from '../header/header.js'
import { inOrder, shownName } from '../header/tensors.js'
import { shapeOf, tensorNamed } from '../matrix.js'
import { blockSizes, typeNumbers } from '../types.js'

/** The types that tensors can be written in. All have blocks of 32 values. */
export const writtenTypes = ['Q8_0', 'Q5_0', 'Q4_0', 'Q4_1', 'IQ4_NL', 'MXFP4'] as const

/** A type that tensors can be written in. */
export type WrittenType = (typeof writtenTypes)[number]

/** Bytes of the original that are copied to `to`. */
export interface Copy {
  readonly from: number
  readonly to: number
  readonly length: number
}

/** A table that is written anew, from byte `to` on. */
export interface NewTable {
  readonly tensor: GgufTensor
  readonly type: WrittenType
  readonly rows: number
  readonly dim: number
  readonly to: number
  readonly rowBytes: number
}

/** Zeros from byte `to` on. */
export interface Padding {
  readonly to: number
  readonly length: number
}

/** Where everything goes. */
export interface RewritePlan {
  /** All bytes before the data: those of the original, but for types and offsets. */
  readonly header: Uint8Array
  readonly copies: readonly Copy[]
  readonly tables: readonly NewTable[]
  /** Behind tables. */
  readonly paddings: readonly Padding[]
  /** Bytes of the file. */
  readonly size: number
}

/** Bytes of a row of a type. Throws `unsupported` where rows do not consist of its blocks. */
export function rowBytesOf(dim: number, type: WrittenType, tensor: string, file: string): number {
  const block = blockSizes.get(typeNumbers.get(type) ?? -1)
  if (block && dim % block.values === 0) return (dim / block.values) * block.bytes
  const message = `${type} has blocks of ${block?.values} values, and rows of ${shownName(tensor)} have ${dim}`
  throw new SlimbedError('unsupported', `${file}: ${message}: such a table stays as it is`)
}

/** Bytes from `length` to the next multiple of `alignment`. */
const padding = (length: number, alignment: number) => (alignment - (length % alignment)) % alignment

/**
 * Plans a file in which some tensors have another type, by their names: they stay where they are in the order of the file, what follows moves up
 * or down, and the list of tensors keeps its length. Throws as `tensorNamed`, `unsupported` for rows that do not fit the type, and `bad-option` for a
 * tensor that has the type already.
 */
export function planRewrite(
  header: GgufHeader,
  types: ReadonlyMap<string, WrittenType>,
  file: { readonly name: string; readonly size: number }
): RewritePlan {
  const { alignment, dataStart } = header
  const chosen = new Map([...types].map(([name, type]) => [tensorNamed(header, name, file.name), type] as const))
  for (const [tensor, type] of chosen) {
    if (tensor.type !== type) continue
    throw new SlimbedError('bad-option', `${file.name}: tensor ${shownName(tensor.name)} is ${type} already`)
  }
  const ordered = inOrder(header.tensors)
  const copies: Copy[] = []
  const tables: NewTable[] = []
  const paddings: Padding[] = []
  const bytes = new Uint8Array(header.bytes)
  const view = new DataView(bytes.buffer)
  const first = ordered[0]?.begin ?? file.size
  copies.push({ from: dataStart, to: dataStart, length: first - dataStart })
  let to = first
  for (const [i, tensor] of ordered.entries()) {
    const { begin, typeAt } = tensor
    const next = ordered[i + 1]?.begin ?? file.size
    view.setBigUint64(typeAt + 4, BigInt(to - dataStart), true)
    const type = chosen.get(tensor)
    if (type === undefined) {
      copies.push({ from: begin, to, length: next - begin })
      to += next - begin
      continue
    }
    const { end = begin } = tensor
    const { rows, dim } = shapeOf(tensor)
    const rowBytes = rowBytesOf(dim, type, tensor.name, file.name)
    view.setUint32(typeAt, typeNumbers.get(type) ?? 0, true)
    tables.push({ tensor, type, rows, dim, to, rowBytes })
    to += rows * rowBytes
    // The last tensor of a file may have no padding.
    const padded = end + padding(end - dataStart, alignment)
    if (padded > next) continue
    const length = padding(to - dataStart, alignment)
    paddings.push({ to, length })
    to += length
    copies.push({ from: padded, to, length: next - padded })
    to += next - padded
  }
  return { header: bytes, copies: copies.filter(({ length }) => length > 0), tables, paddings, size: to }
}
