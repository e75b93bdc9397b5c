import { blocksOf, type Matrix, matrixOf, type Table } from '@slimbed/core'
import { dense } from '@slimbed/runtime'
import type { Subject } from './subject.js'

/** A row in so many is worth a pass over all of them. */
const worthPass = 64

/** Some rows of a matrix, in rising order: read one by one, or, where they are many, in one pass. */
async function readRows(matrix: Matrix, rows: readonly number[]): Promise<Float32Array> {
  const { dim } = matrix
  const data = new Float32Array(rows.length * dim)
  if (rows.length * worthPass < matrix.rows) {
    for (const [i, row] of rows.entries()) data.set(await matrix.read(row, 1), i * dim)
    return data
  }
  let i = 0
  for await (const block of blocksOf(matrix)) {
    for (; i < rows.length && rows[i] < block.start + block.count; i++) {
      const at = (rows[i] - block.start) * dim
      data.set(block.data.subarray(at, at + dim), i * dim)
    }
  }
  return data
}

/** Some rows of a table in memory, in rising order, and where each is there. */
export interface HeldRows {
  readonly table: Table
  at(row: number): number
}

/** Reads some rows of a table whose rows can be read in blocks alone; a table in memory is left as it is. */
export async function holdRows(table: Table, rows: Iterable<number>): Promise<HeldRows> {
  const matrix = matrixOf(table)
  if (!matrix) return { table, at: (row) => row }
  const sorted = [...new Set(rows)].sort((a, b) => a - b)
  const places = new Map(sorted.map((row, i) => [row, i]))
  const held = dense(sorted.length, table.dim, await readRows(matrix, sorted))
  return { table: held, at: (row) => places.get(row) ?? -1 }
}

/** A subject of which only the rows of some words can be read. */
export async function holdWords(subject: Subject, words: Iterable<string>): Promise<Subject> {
  const rows: number[] = []
  for (const word of words) {
    const row = subject.find(word)
    if (row >= 0) rows.push(row)
  }
  const { table, at } = await holdRows(subject.table, rows)
  return { ...subject, table, find: (word) => at(subject.find(word)) }
}
