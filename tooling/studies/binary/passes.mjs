import { made, pairs, scoresOf } from './measure.mjs'
import { mean, short, tableOf, withDeviation } from './page.mjs'

/** @import { TensorAdapter } from '@slimbed/core'
import { Vocabulary, Matrix } from '@slimbed/runtime' */

/**
 * Codes whose rotation was learned in as many passes as iterations, or accelerated, for each seed.
 * @typedef {{ table: string, pipeline: string, seed: number, passes: number, loss: number, scores: Record<string, number> }} Pass
 */

const seeds = 5

/**
 * What both ways make of a table, but for what is already `known`.
 * @param {{ name: string, matrix: Matrix, vocabulary: Vocabulary }} source
 * @param {Parameters<typeof scoresOf>[2]} tasks
 * @param {TensorAdapter} tensor
 * @param {readonly Pass[]} known
 */
export async function* passes({ name, matrix, vocabulary }, tasks, tensor, known) {
  for (const others of ['remove=0, ', '']) {
    for (const accelerate of ['never', 'always']) {
      const pipeline = `iiq(${others}accelerate=${accelerate})`
      for (let seed = 0; seed < seeds; seed++) {
        if (known.some((one) => one.table === name && one.pipeline === pipeline && one.seed === seed)) continue
        const { table, details } = await made(matrix, pipeline, seed, tensor)
        const losses = /** @type {number[]} */ (details?.losses)
        const scores = await scoresOf(table, vocabulary, tasks, tensor)
        yield { table: name, pipeline, seed, passes: losses.length - 1, loss: losses.at(-1) ?? Number.NaN, scores }
      }
    }
  }
}

/** @param {readonly Pass[]} all */
export function passTable(all) {
  const keys = [...new Set(all.map(({ table, pipeline }) => `${table}\n${pipeline}`))]
  const lines = keys.map((key) => {
    const own = all.filter(({ table, pipeline }) => key === `${table}\n${pipeline}`)
    const losses = own.map(({ loss }) => loss)
    const six = own.map(({ scores }) => mean(pairs.map((task) => scores[task] ?? Number.NaN)))
    return [
      ...[own[0]?.table ?? '', `\`${own[0]?.pipeline}\``],
      ...[String(own.length), String(Math.max(...own.map((one) => one.passes))), mean(losses).toFixed(4)],
      ...pairs.map((task) => withDeviation(own.map(({ scores }) => scores[task] ?? Number.NaN))),
      withDeviation(six)
    ]
  })
  return tableOf(['table', 'pipeline', 'seeds', 'passes', 'loss', ...short, 'mean of six'], lines, 2)
}
