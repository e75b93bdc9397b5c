import { isSlimbedError, type JsonObject, type Matrix, SlimbedError, type Table } from '@slimbed/runtime'
import { weightsOfChildren } from '@slimbed/runtime/kinds'
import { isOutOfMemory } from '../errors.js'
import { matrixOf } from '../matrix/dense-of.js'
import type { Compressor, Context } from '../plugin/compressor.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { metricOfChild } from './metric.js'
import { randomAt } from './random.js'

/** Where a part of an expression stands, and how much each of its rows matters, and errors along its columns. */
type Place = Pick<Context, 'path' | 'weights' | 'metric'>

/** A dense leaf of an expression. */
interface Leaf {
  readonly place: Place
  readonly table: Table
  readonly matrix: Matrix
}

async function collect(table: Table, place: Place, tensor: TensorAdapter, into: Leaf[]): Promise<void> {
  const matrix = matrixOf(table)
  if (matrix) into.push({ place, table, matrix })
  const { path, weights, metric } = place
  const own = weights && weightsOfChildren(table, weights)
  for (const [name, child] of Object.entries(table.children)) {
    const inside = metric && (await metricOfChild(table, name, metric, tensor))
    await collect(child, { path: [...path, name], weights: own?.get(name), metric: inside }, tensor, into)
  }
}

function substitute(table: Table, replacements: ReadonlyMap<Table, Table>): Table {
  const replacement = replacements.get(table)
  if (replacement) return replacement
  const children = Object.entries(table.children)
  if (children.length === 0) return table
  return table.with(Object.fromEntries(children.map(([name, child]) => [name, substitute(child, replacements)])))
}

/**
 * Runs `work`. Errors of a stage that are not slimbed errors get the name of the stage. Rejects with `too-large` where a matrix of
 * this size takes more memory than there is, with `plugin-failed`, and as the stage does.
 */
export async function named<Result>(
  { name }: Compressor,
  { rows, dim }: Pick<Matrix, 'rows' | 'dim'>,
  { signal }: Pick<Context, 'signal'>,
  work: () => Promise<Result>
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isSlimbedError(error) || signal?.aborted) throw error
    if (isOutOfMemory(error)) {
      const message = `stage "${name}": too large for memory: ${rows} × ${dim} needs more than there is (${error.message})`
      throw new SlimbedError('too-large', message, { cause: error })
    }
    const what = error instanceof Error ? error.message : String(error)
    throw new SlimbedError('plugin-failed', `stage "${name}" failed: ${what}`, { cause: error })
  }
}

/**
 * The same expression with every dense leaf that the stage applies to rewritten by it; paths begin at `context.path`.
 *
 * Rejects with `bad-input` when the stage applies to no leaf at all, or is `similarityOnly` and the leaf is not the whole table.
 */
export async function applyStage(
  table: Table,
  stage: Compressor,
  context: Context,
  report?: (path: string, details: JsonObject) => void
): Promise<Table> {
  const all: Leaf[] = []
  await collect(table, context, context.tensor, all)
  const leaves = all.filter(({ place }) => stage.applies?.(place.path) ?? true)
  if (leaves.length === 0) {
    const paths = all.map(({ place }) => place.path.join('.') || 'the root').join(', ')
    throw new SlimbedError('bad-input', `${stage.name}: nothing left to compress (dense leaves: ${paths || 'none'})`)
  }
  const part = leaves.find(({ place }) => place.path.length > 0)
  if (part && stage.similarityOnly) {
    const problem = `makes codes of whole tables only, and here it would of the part ${part.place.path.join('.')}`
    throw new SlimbedError('bad-input', `${stage.name} ${problem}: put it first, or have it make vectors`)
  }
  const total = leaves.reduce((sum, { matrix }) => sum + matrix.rows * matrix.dim, 0)
  const replacements = new Map<Table, Table>()
  let done = 0
  context.progress(done, total)
  for (const { place, table: leaf, matrix } of leaves) {
    const { path, weights, metric } = place
    const size = matrix.rows * matrix.dim
    const made = await named(stage, matrix, context, () =>
      stage.compress(matrix, {
        ...context,
        path,
        weights,
        metric,
        random: randomAt(context.seed, path),
        report: (details) => (report ? report(path.join('.'), details) : context.report?.(details)),
        progress: (part, whole) => context.progress(done + (size * part) / Math.max(1, whole), total)
      })
    )
    done += size
    context.progress(done, total)
    replacements.set(leaf, made)
  }
  return substitute(table, replacements)
}
