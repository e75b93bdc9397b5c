import { randomAt } from '@slimbed/core'
import { normalizeRows } from '@slimbed/core/numbers'
import { everyItem, type Outcome } from '../outcome.js'
import { purityOf } from '../statistics/purity.js'
import type { Subject } from '../subject.js'
import type { CategorizationTask } from '../tasks/task.js'
import { type Clusters, type Points, sphericalKMeans } from './kmeans.js'

const starts = 10

/** Rows of a table, scaled to length 1; a row of zeros stays zeros. */
function unitRows({ table }: Subject, rows: readonly number[]): Points {
  const { dim } = table
  const data = new Float64Array(rows.length * dim)
  const row = new Float32Array(dim)
  rows.forEach((index, i) => {
    table.readRow(index, row)
    data.set(row, i * dim)
  })
  return { count: rows.length, dim, data: normalizeRows(data, dim) }
}

/**
 * Categorization: the known words are clustered by spherical k-means into as many clusters as there are classes, from ten starts,
 * and the start of greatest cohesion counts (the choice does not use the classes). The score is the purity of its clusters.
 * Undefined if there are fewer known words than classes.
 */
export function categorization(subject: Subject, task: CategorizationTask, seed: number): Outcome | undefined {
  const known = task.words.map((word, i) => ({ row: subject.find(word), label: task.classes[i] }))
  const found = known.filter(({ row }) => row >= 0)
  const labels = [...new Set(found.map(({ label }) => label))]
  if (found.length < 2 || found.length < labels.length) return undefined
  const points = unitRows(
    subject,
    found.map(({ row }) => row)
  )
  let best: Clusters | undefined
  for (let start = 0; start < starts; start++) {
    const made = sphericalKMeans(points, labels.length, randomAt(seed, ['categorization', task.name, String(start)]))
    if (!best || made.cohesion > best.cohesion) best = made
  }
  const of = purityOf(
    best!.ids,
    Uint32Array.from(found, ({ label }) => labels.indexOf(label))
  )
  const value = of(everyItem(found.length))
  const score = {
    kind: task.kind,
    task: task.name,
    measure: 'purity' as const,
    value,
    items: known.length,
    covered: found.length
  }
  return { score, used: found.length, of }
}
