/** @import { Code } from './code.js' */
/** @import { Kernel } from './kernel.js' */
import { batchValues, compiledKernel, place, reserve } from './kernel.js'
import { blockBytes, plainBlocks, valueBytes } from './plain-blocks.js'

/** Bits of the kernel's reciprocals. */
const reciprocalBits = 36

/**
 * What the kernel has of each symbol, 16 bytes: its frequency, the sum of those before it, and 2^36 over the frequency, rounded up.
 * @param {Code['tables']} tables
 */
function entriesOf({ frequencies, starts }) {
  const entries = new Uint32Array(4 * frequencies.length)
  for (let i = 0; i < frequencies.length; i++) {
    if (frequencies[i] === 0) continue
    const reciprocal = Math.ceil(2 ** reciprocalBits / frequencies[i])
    entries.set([frequencies[i], starts[i], reciprocal % 2 ** 32, Math.floor(reciprocal / 2 ** 32)], 4 * i)
  }
  return entries
}

/**
 * The blocks of rows whose levels are chosen, one after another, and the bytes of each.
 * @param {Code} code
 * @param {Int32Array} ks `rows × dim`
 * @param {Uint8Array} gains
 */
export function encodeLevels(code, ks, gains) {
  const kernel = compiledKernel()
  return kernel ? compiledBlocks(kernel, code, ks, gains) : plainBlocks(code, ks, gains)
}

/**
 * @param {Kernel} kernel
 * @param {Code} code
 * @param {Int32Array} ks
 * @param {Uint8Array} gains
 */
function compiledBlocks(kernel, { dim, block, gains: { count, step }, contexts, quantizers, next, tables }, ks, gains) {
  const rows = gains.length
  const batch = Math.min(rows, block * Math.max(1, Math.floor(batchValues / dim / block)))
  const room = batch * (dim * valueBytes + 2) + Math.ceil(batch / block) * blockBytes
  const shared = [gains, contexts, quantizers, next, entriesOf(tables), tables.escapes]
  const sizes = [...shared.map(({ byteLength }) => byteLength), dim, 4 * batch * dim, 4 * batch, room]
  const places = reserve(kernel, sizes)
  place(kernel, shared, places)
  const [gain, context, quantizer, following, entry, last, path, input, sizesAt, output] = places
  const { buffer } = kernel.memory
  const gainTable = count > 1 ? tables.escapes.length - 1 : -1
  const lengths = new Uint32Array(Math.ceil(rows / block))
  const parts = []
  for (let row = 0; row < rows; row += batch) {
    const some = Math.min(batch, rows - row)
    new Int32Array(buffer, input, some * dim).set(ks.subarray(row * dim, (row + some) * dim))
    const machine = /** @type {const} */ ([context, quantizer, following, entry, last, path])
    const end = output + room
    const start = kernel.encodeBlocks(
      input,
      some,
      dim,
      block,
      gain + row,
      2 * step,
      gainTable,
      ...machine,
      end,
      sizesAt
    )
    parts.push(new Uint8Array(buffer.slice(start, end)))
    lengths.set(new Uint32Array(buffer, sizesAt, Math.ceil(some / block)), row / block)
  }
  const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    stream.set(part, at)
    at += part.length
  }
  return { stream, lengths }
}
