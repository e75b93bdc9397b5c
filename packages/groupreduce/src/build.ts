import {
  blocksOf,
  type Dense,
  dense,
  denseOf,
  type Matrix,
  partition,
  product,
  selection,
  type Table,
  throwIfAborted
} from '@slimbed/core'
import { transposeOf } from '@slimbed/core/numbers'
import type { Source } from './grams.js'
import { membersOf } from './members.js'
import { basisOf, type Parts } from './parts.js'

/** Left factors up to this size are computed in one pass over the table and kept in memory; larger ones are computed when they are read. */
const heldBytes = 256 * 2 ** 20

interface Part {
  readonly members: Uint32Array
  /** Undefined where the rows are stored. */
  readonly basis: Dense | undefined
}

/** The projections of the rows of each part on its basis, from one pass over the table. */
async function leftFactors(
  { matrix, tensor, signal }: Source,
  ids: Uint16Array,
  parts: readonly Part[],
  progress: (done: number, total: number) => void
): Promise<(Float32Array | undefined)[]> {
  const { rows, dim } = matrix
  const columns = parts.map(({ basis }) => basis && transposeOf(basis))
  const lefts = parts.map(({ members, basis }) => basis && new Float32Array(members.length * basis.rows))
  const filled = new Uint32Array(parts.length)
  for await (const { start, count, data } of blocksOf(matrix)) {
    throwIfAborted(signal)
    for (const [group, factor] of columns.entries()) {
      if (!factor) continue
      const own = new Float32Array(count * dim)
      let size = 0
      for (let i = 0; i < count; i++) {
        if (ids[start + i] === group) own.set(data.subarray(i * dim, (i + 1) * dim), dim * size++)
      }
      if (size === 0) continue
      const made = await tensor.matmul({ rows: size, dim, data: own.subarray(0, size * dim) }, factor)
      lefts[group]!.set(made.data, filled[group] * factor.dim)
      filled[group] += size
    }
    progress(start + count, rows)
  }
  return lefts
}

/** The factors of a part, or its rows. */
async function tableOf(source: Source, { members, basis }: Part, left: Float32Array | undefined): Promise<Table> {
  const { matrix, tensor, signal } = source
  const own: Matrix = selection(matrix, members)
  if (!basis) return denseOf(own)
  const factor = left ? dense(members.length, basis.rows, left) : denseOf(await tensor.project(own, basis, { signal }))
  return product(factor, dense(basis.rows, matrix.dim, basis.data))
}

/**
 * The table of the groups, their bases lifted to its columns: a partition of products without the empty groups, or the part itself
 * if there is only one.
 */
export async function build(
  source: Source,
  parts: Parts,
  lift: (basis: Dense) => Promise<Dense>,
  progress: (done: number, total: number) => void
): Promise<Table> {
  const { dim } = source
  const used = [...parts.sizes.keys()].filter((group) => parts.sizes[group] > 0)
  const place = new Uint16Array(parts.sizes.length)
  for (const [at, group] of used.entries()) place[group] = at
  const ids = parts.ids.map((id) => place[id])
  const members = membersOf(
    ids,
    used.map((group) => parts.sizes[group])
  )
  const made: Part[] = []
  for (const [at, group] of used.entries()) {
    const basis = await basisOf(parts, group, dim)
    made.push({ members: members[at], basis: basis && (await lift(basis)) })
  }
  const bytes = made.reduce((sum, { members, basis }) => sum + members.length * (basis?.rows ?? 0) * 4, 0)
  const lefts = bytes <= heldBytes ? await leftFactors(source, ids, made, progress) : []
  const tables: Table[] = []
  for (const [at, part] of made.entries()) tables.push(await tableOf(source, part, lefts[at]))
  if (tables.length === 1) return tables[0]
  return partition(tables.length <= 256 ? Uint8Array.from(ids) : ids, tables)
}
