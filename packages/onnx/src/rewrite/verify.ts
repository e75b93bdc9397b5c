import type { Outside } from '../find/outside.js'
import { valuesOf } from '../find/scope.js'
import type { Graph } from '../model/graph.js'
import { type Model, readModel } from '../model/model.js'
import { types } from '../model/types.js'
import { type Compared, compareRows, type LookRows } from '../verify/compare.js'
import { compareColumns } from '../verify/compare-head.js'
import { modelOfSlice, ortLookup } from '../verify/run-slice.js'
import type { Ort } from '../verify/runtime.js'
import { evaluatorOf, type Slice, sliceOf } from '../verify/slice.js'
import { told } from './choose.js'
import type { TableReport } from './options.js'
import type { PlacedHead, Replacement } from './write.js'

/** A graph and all within it, each before those in it. */
function* graphsOf(graph: Graph): Generator<Graph> {
  yield graph
  for (const { node } of graph.items) for (const inner of node?.graphs ?? []) yield* graphsOf(inner)
}

/** The worse of two comparisons. */
const worse = (a: Compared | undefined, b: Compared): Compared =>
  a === undefined
    ? b
    : { rows: a.rows, largestDifference: Math.max(a.largestDifference, b.largestDifference), equal: a.equal && b.equal }

/**
 * Reads a model as it will be written, takes every row by each of its new lookups, and compares it with the table. Rejects with `unsupported` where one
 * differs.
 */
export async function verifyTables(
  before: Model,
  bytes: Uint8Array,
  replacements: readonly (Replacement & { readonly heads: readonly PlacedHead[] })[],
  outside: Outside,
  ort: Ort | undefined
): Promise<TableReport['verified'][]> {
  const model = readModel(bytes)
  const values = valuesOf(model)
  // Graphs are neither added nor taken away.
  const graphs = [...graphsOf(model.graph)]
  const places = new Map([...graphsOf(before.graph)].map((graph, i) => [graph, graphs[i]] as const))
  const results: TableReport['verified'][] = []
  for (const { found, table, heads } of replacements) {
    let [evaluator, runtime]: (Compared | undefined)[] = []
    for (const { graph, ids, output } of found.lookups) {
      const where = `table ${told(found)}`
      const slice = sliceOf(values, places.get(graph) ?? model.graph, output, ids)
      evaluator = worse(evaluator, await compareRows(await evaluatorOf(slice, outside), table, found.type, where))
      if (ort) runtime = worse(runtime, await compareInOrt(slice, model, { found, table }, outside, ort))
    }
    for (const { graph, from, to } of heads) {
      const where = `the head of table ${told(found)}`
      const slice = sliceOf(values, places.get(graph) ?? model.graph, to, from)
      evaluator = worse(evaluator, await compareColumns(await evaluatorOf(slice, outside), table, where))
      if (!ort) continue
      const own = await modelOfSlice(slice, model, [types.FLOAT, types.FLOAT], outside)
      const compare = (look: LookRows) => compareColumns(look, table, `${where} in ${ort.name}`)
      runtime = worse(runtime, await inOrt(own, ort, compare))
    }
    if (evaluator) results.push({ evaluator, runtime: ort && runtime && { ...runtime, name: ort.name } })
  }
  return results
}

async function compareInOrt(
  slice: Slice,
  model: Model,
  { found, table }: Replacement,
  outside: Outside,
  ort: Ort
): Promise<Compared> {
  const own = await modelOfSlice(slice, model, [types.INT64, found.type], outside)
  return inOrt(own, ort, (look) => compareRows(look, table, found.type, `table ${told(found)} in ${ort.name}`))
}

async function inOrt(model: Uint8Array, ort: Ort, compare: (look: LookRows) => Promise<Compared>): Promise<Compared> {
  const { look, close } = await ortLookup(model, ort)
  try {
    return await compare(look)
  } finally {
    await close()
  }
}
