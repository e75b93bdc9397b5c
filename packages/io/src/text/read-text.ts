import { SlimbedError, vocabulary } from '@slimbed/core'
import type { Content } from '../formats/format.js'
import { GrowingBytes } from '../source/growing.js'
import type { Input } from '../source/input.js'
import { layoutOf } from './layout.js'
import { matrixOfBlocks } from './matrix-of-blocks.js'

/** Joins the ends of the words of each block into offsets of all. */
function offsetsOf(ends: readonly Uint32Array[], rows: number): Uint32Array {
  const offsets = new Uint32Array(rows + 1)
  let row = 0
  let base = 0
  for (const block of ends) {
    for (let i = 0; i < block.length; i++) offsets[++row] = base + block[i]
    base = offsets[row]
  }
  return offsets
}

/**
 * Reads GloVe or word2vec text: the numbers as float32 in memory, the file through bounded windows.
 *
 * Rejects with `bad-input` naming the first line that is wrong, and with `corrupt-file` when there are fewer rows than
 * the header says.
 */
export async function readText(input: Input): Promise<Content> {
  const { name, head, whole } = input
  const { dim, header, start } = layoutOf(head, whole, name)
  const values: Float32Array[] = []
  const ends: Uint32Array[] = []
  const words = new GrowingBytes()
  const warnings: string[] = []
  let rows = 0
  let line = header ? 2 : 1
  for await (const block of input.parse({ dim, start })) {
    line += block.lines
    if (block.problem !== undefined) throw new SlimbedError('bad-input', `${name}, line ${line}: ${block.problem}`)
    values.push(block.values)
    ends.push(block.ends)
    words.append(block.words)
    rows += block.rows
    if (block.unended) warnings.push(`${name}: the last line has no line end; the file may be cut short`)
  }
  if (header && rows < header.rows) {
    const message = `${name}, line ${line}: expected ${header.rows} rows, as the header says; the file ends after ${rows}`
    throw new SlimbedError('corrupt-file', message)
  }
  if (header && rows > header.rows) {
    warnings.push(`${name}: the header says ${header.rows} rows, the file has ${rows}; all of them are read`)
  }
  return {
    format: header ? 'vec' : 'txt',
    matrix: matrixOfBlocks(values, dim),
    vocabulary: vocabulary({ bytes: words.finish(), offsets: offsetsOf(ends, rows) }),
    warnings
  }
}
