import { readdirSync, readFileSync } from 'node:fs'
import { compress, materialize } from '@slimbed/core'
import { createRegistry } from '@slimbed/core/plugins'
import { evaluate, parseTasks, subjectOf } from '@slimbed/eval'
import { fixedpoint } from '@slimbed/fixedpoint'
import { iiq } from '@slimbed/iiq'
import { nearest, rowNorms, rows } from '@slimbed/runtime'
import { codeSearch, nearestInTwoStages } from '@slimbed/runtime/search'

/** @import { TensorAdapter } from '@slimbed/core'
import { Vocabulary, Matrix, Table } from '@slimbed/runtime' */

const registry = createRegistry({ iiq, fixedpoint })

/** The six sets of word pairs of the papers. */
export const pairs = ['EN-MEN-TR-3k', 'EN-MTurk-287', 'EN-RG-65', 'EN-RW-STANFORD', 'EN-SIMLEX-999', 'EN-WS-353-ALL']

/**
 * The tasks in folders of the test data.
 * @param {string} data
 */
export function tasksIn(data) {
  const folders = ['eval/similarity', 'eval/categorization', 'classification']
  const files = folders.flatMap((folder) =>
    readdirSync(`${data}/${folder}`).map((name) => ({ name, bytes: readFileSync(`${data}/${folder}/${name}`) }))
  )
  const { tasks } = parseTasks(files)
  return tasks.filter(({ kind, name }) => kind !== 'similarity' || pairs.includes(name.replace(/\.txt$/, '')))
}

/**
 * Scores times 100, by task: Spearman's correlation over the known pairs, purity, accuracy.
 * @param {Table} table
 * @param {Vocabulary} words
 * @param {ReturnType<typeof tasksIn>} tasks
 * @param {TensorAdapter} tensor
 * @returns {Promise<Record<string, number>>}
 */
export async function scoresOf(table, words, tasks, tensor) {
  const { outcomes } = await evaluate(subjectOf(table, words, { case: 'fold' }), tasks, { tensor, seed: 0 })
  const shown = outcomes.filter(({ score }) => score.measure !== 'spearman')
  return Object.fromEntries(shown.map(({ score }) => [score.task, 100 * score.value]))
}

/**
 * A pipeline's table, with what it takes and what it reported.
 * @param {Matrix} matrix
 * @param {string} pipeline
 * @param {number} seed
 * @param {TensorAdapter} tensor
 */
export async function made(matrix, pipeline, seed, tensor) {
  const { table, measured, stages } = await compress(matrix, registry.parse(pipeline), { seed, tensor })
  return {
    table: await materialize(table),
    bytes: measured.bytes,
    ratio: measured.ratio,
    details: stages[0]?.details?.['']
  }
}

/**
 * The share of the 10 nearest rows of the float table, over 1,000 rows spread evenly, that two stages find: of nearest codes, then
 * by cosine in 8 bits a value.
 * @param {Table} original
 * @param {Table} codes
 * @param {Table} bytes
 * @param {number} candidates
 */
export function twoStageRecall(original, codes, bytes, candidates) {
  const search = codeSearch(codes)
  const norms = rowNorms(original)
  const queries = 1000
  let found = 0
  for (let q = 0; q < queries; q++) {
    const row = Math.floor((q * original.rows) / queries)
    const exclude = [row]
    const want = new Set(nearest(original, rows(original, [row]), { k: 10, exclude, norms }).map((one) => one.row))
    const options = { k: 10, candidates, exclude }
    const got = nearestInTwoStages(search, rows(codes, [row]), bytes, rows(bytes, [row]), options)
    for (const one of got) if (want.has(one.row)) found++
  }
  return found / (10 * queries)
}
