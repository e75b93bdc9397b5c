import { checkChildren, checkRow, checkShape, fail, isInteger } from '../check.js'
import { indexTensor, indexTypes, type TableKind, tensorOf } from '../kinds/kind.js'
import type { JsonObject, LoadNode, Table, Tensors } from '../table/table.js'
import { offsetsOf, rowReader } from './blocks.js'
import { plainDecoder } from './decode.js'
import { trellisMachine } from './machine.js'
import { parseModel } from './model.js'
import type { Trellis } from './parts.js'
import { type Lookup, lookupOf } from './tables.js'

/** The most rows of a block. */
const mostBlock = 1024
const mostGains = 64
const mostGainStep = 8

/** What decoding needs besides the parts themselves; throws `bad-input` for parts that do not fit together. */
export function prepared(parts: Trellis): { readonly offsets: Float64Array; readonly lookup: Lookup } {
  const { rows, states, block, step, gains, gainStep, classes, tables } = parts
  checkShape('trellis', rows, classes.length)
  const machine = trellisMachine(states)
  if (!isInteger(block, 1, mostBlock)) fail('bad-input', `trellis: block must be 1 to ${mostBlock} rows, not ${block}`)
  if (!isInteger(gains, 1, mostGains)) fail('bad-input', `trellis: gains must be 1 to ${mostGains}, not ${gains}`)
  if (!isInteger(gainStep, 1, mostGainStep)) {
    fail('bad-input', `trellis: gainStep must be 1 to ${mostGainStep}, not ${gainStep}`)
  }
  if (!(step > 0 && Number.isFinite(step))) fail('bad-input', `trellis: step must be above 0, not ${step}`)
  const offsets = offsetsOf(parts)
  const most = classes.reduce((largest, id) => Math.max(largest, id), 0)
  const model = parseModel(tables, most + gainStep * (gains - 1) + 1, gains)
  return { offsets, lookup: lookupOf(parts, model, machine) }
}

/**
 * A table of entropy-coded values: each is `±(2k − q − shift) · step`, where the parities of the k before it in its row say whether
 * q is 0 or 1 (trellis-coded quantization: Marcellin and Fischer 1990; with entropy coding: Fischer and Wang 1992; by parities, as
 * in ITU-T H.266).
 *
 * Throws `bad-input` for parts that do not fit together; its rows throw `corrupt-file` for a stream that cannot be decoded.
 */
export function trellis(parts: Trellis): Table {
  const { rows, states, block, step, gains, gainStep, classes, tables, lengths, stream } = parts
  const dim = classes.length
  const { offsets, lookup } = prepared(parts)
  let readRow: ReturnType<typeof rowReader> | undefined
  const table: Table = {
    kind: 'trellis',
    rows,
    dim,
    config: { rows, states, block, step, gains, gainStep },
    tensors: {
      lengths: indexTensor(lengths),
      classes: { dtype: 'U8', shape: [dim], data: classes },
      tables: { dtype: 'U8', shape: [tables.length], data: tables },
      stream: { dtype: 'U8', shape: [stream.length], data: stream }
    },
    children: {},
    readRow(row, out) {
      checkRow(row, rows)
      readRow ??= rowReader(parts, offsets, plainDecoder(parts, lookup))
      readRow(row, out)
    },
    with(children) {
      checkChildren('trellis', {}, children)
      return table
    }
  }
  return table
}

/** The parts of a node as a file has them. */
export function trellisPartsOf(config: JsonObject, tensors: Tensors): Trellis {
  const numbers = config as object as Pick<Trellis, 'rows' | 'states' | 'block' | 'step' | 'gains' | 'gainStep'> &
    JsonObject
  return {
    ...numbers,
    lengths: tensorOf(tensors, 'lengths', indexTypes, 1).data,
    classes: tensorOf(tensors, 'classes', ['U8'], 1).data,
    tables: tensorOf(tensors, 'tables', ['U8'], 1).data,
    stream: tensorOf(tensors, 'stream', ['U8'], 1).data
  }
}

export const loadTrellis: LoadNode = (config, tensors) => trellis(trellisPartsOf(config, tensors))

/** How a `trellis` node is rebuilt from a file */
export const trellisKind: TableKind = { kind: 'trellis', load: loadTrellis }
