import { tableOf } from '../binary/page.mjs'

/**
 * A pipeline that was run: bytes of the file (0 where the matrix does not allow it), squared relative error, processor seconds.
 * @typedef {{ pipeline: string, bytes: number, error: number, seconds: number }} Run
 * @typedef {{
 *   table: string, title: string, rows: number, dim: number, ratio: number, target: number,
 *   taken: Run, spent: number, tried: number, grid: Run[]
 * }} Cell
 */

const three = (/** @type {number} */ value) => value.toPrecision(3)
const families = (/** @type {string} */ pipeline) => pipeline.replace(/\([^)]*\)/g, '')

/** Pipelines of the grid whose file is no larger than allowed, the least error first.
 * @param {Cell} cell
 */
const fitting = ({ grid, target }) =>
  grid.filter(({ bytes }) => bytes > 0 && bytes <= target).sort((a, b) => a.error - b.error)

/** @param {readonly Cell[]} cells */
function plans(cells) {
  const lines = cells.map((cell) => {
    const { table, ratio, target, taken, spent } = cell
    const [best] = fitting(cell)
    return [
      table,
      `${ratio} ×`,
      `\`${taken.pipeline}\``,
      three(taken.error),
      `${(100 * (1 - taken.bytes / target)).toFixed(2)} %`,
      (spent / taken.seconds).toFixed(1),
      best ? `\`${best.pipeline}\`` : 'not measured',
      best ? (taken.error / best.error).toFixed(3) : ''
    ]
  })
  return tableOf(
    ['table', 'smaller', 'taken', 'squared error', 'below', 'runs', 'best of the grid', 'error to its'],
    lines,
    3
  )
}

/** @param {readonly Cell[]} cells */
function others(cells) {
  const lines = cells.flatMap((cell) => {
    const list = fitting(cell).filter(({ pipeline }) => !pipeline.includes('trellis'))
    const [best] = list
    if (!best) return []
    return [
      [
        cell.table,
        `${cell.ratio} ×`,
        `\`${best.pipeline}\``,
        three(best.error),
        (best.error / cell.taken.error).toFixed(1),
        (cell.taken.seconds / best.seconds).toFixed(0)
      ]
    ]
  })
  return tableOf(
    ['table', 'smaller', 'best without `trellis`', 'squared error', 'times that of the plan', 'times as fast'],
    lines,
    3
  )
}

/** The kind of pipeline that is best most often at a size, by the plans.
 * @param {readonly Cell[]} cells
 */
function rule(cells) {
  const counts = new Map()
  for (const { taken } of cells) counts.set(families(taken.pipeline), (counts.get(families(taken.pipeline)) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([family, count]) => `\`${family}\` ${count}`)
    .join(', ')
}

/** The page.
 * @param {readonly Cell[]} cells
 */
export const pageOf = (cells) => `# Which pipeline

In a hurry: let the command look, and say what you want.

<!-- not run: takes a minute -->
\`\`\`sh
slimbed compress vectors.bin -o small.safetensors --keep 95%     # as small as 95 % of the neighbours allow
slimbed compress vectors.bin -o small.safetensors --target 4MB   # as good as 4 MB allow
\`\`\`

Or by hand:

- **\`trellis(bits=…)\`** loses least at every size, of every kind of table that was measured: word vectors, and the embedding and the softmax of a language model. Any number of
  bits will do. Compressing takes longer than with the others, and so does reading a row.
- **\`fixedpoint(bits=4, clip=mse)\`**, or \`scale=column\` where columns differ in size, where compressing and reading are to be quick, at 8 × and less.
- **\`rotate | fixedpoint(bits=2, levels=lloyd)\`** at about 16 × where \`trellis\` is too slow to read.
- Low rank before codes (\`lowrank\`, \`groupreduce\`) does not pay beside \`trellis\`, which finds the axes itself. It pays before \`fixedpoint\` at 16 × and more.

What follows was measured by \`node tooling/studies/plan.mjs\` (after a build; it needs the test data). Sizes are those of the whole file, without words. The error is squared and relative,
\`‖A − Â‖² / ‖A‖²\`.

## What the search takes

Of ${cells.length} searches the pipelines taken were: ${rule(cells)}. *below*: how far below the wanted size the file is. *runs*: processor time of the search, in runs of
the pipeline that was taken. *error to its*: the squared error over that of the best of a grid of pipelines of one and two stages
([the grid](../tooling/studies/plan/grid.mjs)) whose file is no larger than allowed.

${plans(cells)}

## Without \`trellis\`

The best of the grid that has no \`trellis\` in it, and how much faster it compresses.

${others(cells)}
`
