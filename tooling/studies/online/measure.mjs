import { materialize, matrixOf, randomAt, tableBytes } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { loadClassifier, saveClassifier, train } from '@slimbed/train'
import { optionsOf } from './experiments.mjs'

/**
 * Floating-point operations that a table adds to a sentence of `tokens` words, beside looking rows up and adding them: products are
 * made of the mean where the model takes one, else of each row.
 */
export function addedFlops(table, tokens, averages) {
  const { kind, dim, children } = table
  if (kind === 'quantized') return 2 * tokens * dim
  if (kind === 'product') {
    // The right factor is decoded once, when the file is read.
    const multiplied = (averages ? 1 : tokens) * dim * (2 * children.left.dim - 1)
    return addedFlops(children.left, tokens, averages) + multiplied
  }
  if (kind !== 'partition') return 0
  const parts = Object.values(children).map((child) => addedFlops(child, averages ? 0 : tokens, averages))
  // A mean takes one product for each part; a row that of its own part, on average.
  if (averages) return parts.reduce((sum, flops) => sum + flops, 0)
  const rows = Object.values(children).map((child) => child.rows)
  return parts.reduce((sum, flops, i) => sum + (flops * rows[i]) / table.rows, 0)
}

const meanLength = ({ sentences }) => sentences.reduce((sum, { length }) => sum + length, 0) / sentences.length

/** Measures one run: its phases, and what the table adds to a sentence. */
async function measureRun(task, options, tensor) {
  const start = performance.now()
  const trained = await train(task, options, tensor)
  const seconds = (performance.now() - start) / 1000
  const averages = options.model !== 'lstm'
  const flops = addedFlops(trained.table, meanLength(task.test), averages)
  return { trained, result: { phases: trained.reports, flops, seconds } }
}

/** The accuracy of a trained classifier with another table, through the file that a user would have. */
async function accuracyWith(trained, table, examples) {
  const { classify } = loadClassifier(await saveClassifier({ ...trained, table }, {}))
  let right = 0
  for (const { text, label } of examples) if ((await classify(text)).label === label) right++
  return right / examples.length
}

/** The full table in fewer bits, after training. */
async function quantizeFull(trained, bits, texts, tensor) {
  const matrix = matrixOf(trained.table)
  const context = { path: [], tensor, seed: 0, random: randomAt(0), progress: () => {} }
  const table = await materialize(await fixedpoint({ bits }).compress(matrix, context))
  const { test } = trained.task
  const testAccuracy = await accuracyWith(trained, table, texts)
  return { bits, tableBytes: tableBytes(table), testAccuracy, flops: addedFlops(table, meanLength(test), true) }
}

/** All runs of one seed that `done` does not have, each handed to `keep`. */
export async function runSeed({ task: name, model, bits, runs }, seed, makeTask, tensor, done, keep) {
  const missing = Object.keys(runs).filter((run) => !done({ task: name, model, seed, run }))
  if (missing.length === 0) return
  const { task, texts } = await makeTask(name, seed)
  for (const run of missing) {
    const { trained, result } = await measureRun(task, optionsOf(model, seed, runs[run]), tensor)
    const quantized = []
    if (run === 'full') for (const each of bits) quantized.push(await quantizeFull(trained, each, texts, tensor))
    keep({ task: name, model, seed, run, rows: task.vocabulary.size, ...result, quantized })
  }
}
