import { compress, createTensor, measure } from '@slimbed/core'
import { groupReduce } from '@slimbed/groupreduce'
import { lowrank } from '@slimbed/lowrank'
import { names, tableNamed } from './tables.mjs'

// What each ingredient of GroupReduce does to the error at equal bytes, as Markdown.
//
//   node tooling/studies/groupreduce.mjs [table,table…] [ratio]

/** The defaults, each ingredient switched in turn, and the method as published. */
const variants = {
  'defaults (10 groups)': {},
  'groups=5': { groups: 5 },
  'groups=20': { groups: 20 },
  'refine=none': { refine: 'none' },
  'refine=paper': { refine: 'paper' },
  'ranks=frequency': { ranks: 'frequency' },
  'grouping=equal': { grouping: 'equal' },
  'weights=frequency': { weights: 'frequency' },
  'weights=log': { weights: 'log' },
  'weights=none': { weights: 'none' },
  'as published, budgeted': {
    ...{ groups: 5, weights: 'frequency', ranks: 'frequency', grouping: 'equal', refine: 'paper' }
  },
  'as published, not refined': {
    ...{ groups: 5, weights: 'frequency', ranks: 'frequency', grouping: 'equal', refine: 'none' }
  }
}

/** Squared relative errors of a table: rows by their counts, by the square roots of these, and all alike. */
async function errorsOf(matrix, weights, compressor, tensor) {
  const { table, measured } = await compress(matrix, compressor, { tensor, weights })
  const roots = await measure(matrix, table, { tensor, weights: weights.map(Math.sqrt) })
  return [measured.weightedError, roots.weightedError, measured.relativeError].map((error) => error ** 2)
}

const [, , chosen, given = '6.6'] = process.argv
const ratio = Number(given)
const tensor = await createTensor()
for (const name of chosen?.split(',') ?? names) {
  const { matrix, weights } = await tableNamed(name)
  console.log(`\n${name}, ${matrix.rows} × ${matrix.dim}, ratio=${ratio}: squared relative error, rows counted\n`)
  console.log('| | by count | by √count | alike |\n|---|---|---|---|')
  const compressors = {
    [`lowrank(ratio=${ratio})`]: lowrank({ ratio }),
    [`lowrank(ratio=${ratio}, weighted=true)`]: lowrank({ ratio, weighted: true }),
    ...Object.fromEntries(
      Object.entries(variants).map(([label, options]) => [label, groupReduce({ ratio, ...options })])
    )
  }
  for (const [label, compressor] of Object.entries(compressors)) {
    const errors = await errorsOf(matrix, weights, compressor, tensor)
    console.log(`| ${label} | ${errors.map((error) => error.toFixed(4)).join(' | ')} |`)
  }
}
await tensor.close()
