import { type Matrix, SlimbedError, type Source } from '@slimbed/runtime'
import { vocabulary } from '@slimbed/runtime/format'
import { checkRows } from '@slimbed/runtime/kinds'
import type { CommonOptions, Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { checkBin } from './check-bin.js'
import { checkExtent } from './extent.js'
import { checkFinite } from './finite.js'
import { scanBin } from './scan-bin.js'

/** Rows that begin at any byte of a source. */
function scatteredMatrix(source: Source, starts: Float64Array, dim: number): Matrix {
  const rows = starts.length
  const rowBytes = dim * 4
  return {
    rows,
    dim,
    async read(start, count) {
      checkRows(rows, start, count)
      const values = new Float32Array(count * dim)
      if (count === 0) return values
      const first = starts[start]
      const bytes = await source.read(first, starts[start + count - 1] + rowBytes - first)
      const out = new Uint8Array(values.buffer)
      for (let i = 0; i < count; i++) {
        const from = starts[start + i] - first
        out.set(bytes.subarray(from, from + rowBytes), i * rowBytes)
      }
      checkFinite(values, dim, start, source.name)
      return values
    }
  }
}

/**
 * Reads word2vec binary vectors: one pass finds the words, rows are read when asked for.
 *
 * Rejects with `corrupt-file` when the file ends within a row, naming where, and with `bad-input` if words are not text.
 */
export async function readBin(input: Input, { limit = Infinity }: CommonOptions = {}): Promise<Content> {
  const { name, head } = input
  const line = head.subarray(0, head.indexOf(10))
  const [promised, dim] = new TextDecoder('latin1').decode(line).trim().split(/\s+/).map(Number) as [number, number]
  const start = line.length + 1
  if (!Number.isSafeInteger(promised) || !Number.isSafeInteger(dim * 4)) {
    throw new SlimbedError('corrupt-file', `${name}, byte 0: expected "rows dim", came numbers too large`)
  }
  const rows = Math.min(promised, limit)
  const source = await input.random()
  // One row at least, whose word takes at least the space after it.
  checkExtent(source, { rows: Math.min(1, rows), dim, type: 'F32', start: start + 1 })
  const scan = await scanBin(input.chunks(), { name, rows, dim, start, limit })
  const words = vocabulary({ bytes: scan.words, offsets: scan.offsets })
  const warnings = checkBin(name, head, { start, dim, rows }, words, scan)
  const spare = source.size - scan.end
  if (spare > 0 && words.size < limit)
    warnings.push(`${name}: ${spare} bytes after row ${words.size - 1} are ignored; the header may be wrong`)
  return { matrix: scatteredMatrix(source, scan.starts, dim), vocabulary: words, warnings }
}
