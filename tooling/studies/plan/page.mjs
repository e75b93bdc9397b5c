import { tableOf } from '../binary/page.mjs'

/**
 * A pipeline that was run: bytes of the file, squared relative error, processor seconds. 0 bytes where none fits; `error` is then what its first
 * stage loses alone, or 1. `tuned`: the pipeline at the rate that fits best.
 * @typedef {{ pipeline: string, bytes: number, error: number, seconds: number, tuned?: string }} Run
 * @typedef {{
 *   table: string, title: string, rows: number, dim: number, ratio: number, target: number,
 *   taken?: Run, spent?: number, tried?: number, grid: Run[], whole?: boolean
 * }} Cell
 */

const three = (/** @type {number} */ value) => value.toPrecision(3)
const familyOf = (/** @type {string} */ pipeline) => pipeline.replace(/\([^)]*\)/g, '')
const code = (/** @type {string} */ text) => `\`${text}\``
/** The same where a bar would end the cell of a table. */
const inCell = (/** @type {string} */ text) => code(text).replaceAll('|', '\\|')
const median = (/** @type {number[]} */ values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return Math.sqrt(low * high)
}
const byError = (/** @type {Run} */ a, /** @type {Run} */ b) => a.error - b.error

/** Pipelines of the grid whose file is no larger than allowed, the least error first.
 * @param {Cell} cell
 */
const fitting = ({ grid, target }) => grid.filter(({ bytes }) => bytes > 0 && bytes <= target).sort(byError)

/** All that fits, what was taken too.
 * @param {Cell} cell
 */
const allOf = (cell) => [...fitting(cell), ...(cell.taken ? [cell.taken] : [])].sort(byError)

/** Of each family the run that loses least.
 * @param {Cell} cell
 */
function familiesIn(cell) {
  /** @type {Map<string, Run>} */
  const found = new Map()
  for (const one of allOf(cell)) if (!found.has(familyOf(one.pipeline))) found.set(familyOf(one.pipeline), one)
  return found
}

/** How much more a family loses than the best at a size, a figure for each table where it fits.
 * @param {readonly Cell[]} cells @param {string} family @param {number} ratio
 */
const factorsOf = (cells, family, ratio) =>
  cells.flatMap((cell) => {
    const own = cell.ratio === ratio ? familiesIn(cell).get(family) : undefined
    const [best] = allOf(cell)
    return own && best ? [own.error / best.error] : []
  })

const ratiosOf = (/** @type {readonly Cell[]} */ cells) =>
  [...new Set(cells.map(({ ratio }) => ratio))].sort((a, b) => a - b)
const measured = (/** @type {readonly Cell[]} */ cells) => cells.filter(({ whole }) => whole)

/** @param {readonly Cell[]} cells */
function plans(cells) {
  const lines = cells.flatMap((cell) => {
    const { table, ratio, target, taken, spent = 0 } = cell
    if (!taken) return []
    const [best] = fitting(cell)
    return [
      [
        table,
        `${ratio} ×`,
        inCell(taken.pipeline),
        three(taken.error),
        `${(100 * (1 - taken.bytes / target)).toFixed(2)} %`,
        (spent / taken.seconds).toFixed(1),
        best ? inCell(best.tuned ?? best.pipeline) : 'not measured',
        best ? (taken.error / best.error).toFixed(3) : ''
      ]
    ]
  })
  const heading = ['table', 'smaller', 'taken', 'squared error', 'below', 'runs', 'best of the grid', 'error to its']
  return tableOf(heading, lines, 3)
}

/** Families by size: the median over tables of what they lose, in times what the best loses.
 * @param {readonly Cell[]} cells
 */
function families(cells) {
  const ratios = ratiosOf(cells)
  const names = [...new Set(cells.flatMap((cell) => [...familiesIn(cell).keys()]))]
  const lines = names
    .map((name) => ({ name, found: ratios.map((ratio) => factorsOf(cells, name, ratio)) }))
    .map(({ name, found }) => ({ name, found, all: median(found.flat()) }))
    .sort((a, b) => a.all - b.all)
    .map(({ name, found }) => [
      inCell(name),
      ...found.map((own) => (own.length === 0 ? '' : median(own) < 100 ? median(own).toFixed(2) : '> 100'))
    ])
  return tableOf(['pipelines', ...ratios.map((ratio) => `${ratio} ×`)], lines, 1)
}

/** The best of the grid without `trellis`, and how much faster it is.
 * @param {readonly Cell[]} cells
 */
function others(cells) {
  const lines = cells.flatMap((cell) => {
    const [best] = fitting(cell).filter(({ pipeline }) => !pipeline.includes('trellis'))
    const [least] = allOf(cell)
    if (!best || !least) return []
    return [
      [
        cell.table,
        `${cell.ratio} ×`,
        inCell(best.pipeline),
        three(best.error),
        (best.error / least.error).toFixed(1),
        (least.seconds / best.seconds).toFixed(1)
      ]
    ]
  })
  const heading = [
    'table',
    'smaller',
    'best without `trellis`',
    'squared error',
    'times that of the best',
    'times as fast'
  ]
  return tableOf(heading, lines, 3)
}

const share = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`

/** What follows from the figures, a line each.
 * @param {readonly Cell[]} cells
 */
function rules(cells) {
  const lines = []
  const alone = cells.map((cell) => {
    const [best] = allOf(cell)
    const own = allOf(cell).find(({ pipeline }) => /^trellis\(bits=[\d.]+\)$/.test(pipeline))
    return { cell, best, behind: own && best ? own.error / best.error - 1 : Infinity }
  })
  const near = alone.filter(({ behind }) => behind <= 0.02)
  const far = alone.filter(({ behind }) => behind > 0.02).sort((a, b) => b.behind - a.behind)
  lines.push(
    `**\`trellis(bits=…)\`**, with as many bits as there is room for, is within 2 % of the least squared error of all in ${near.length} of ${alone.length} cases, a table at a size each.${
      far.length === 0
        ? ''
        : ` Elsewhere it is behind by up to ${Number.isFinite(far[0]?.behind) ? share(far[0]?.behind ?? 0) : '…'} (${[
            ...new Set(
              far.map(
                ({ cell, best }) => `${cell.table} at ${cell.ratio} ×: ${code(best?.tuned ?? best?.pipeline ?? '')}`
              )
            )
          ].join('; ')}).`
    }`
  )
  for (const ratio of ratiosOf(cells)) {
    const own = cells.filter((cell) => cell.ratio === ratio)
    const found = own.flatMap((cell) => {
      const [quick] = fitting(cell).filter(({ pipeline }) => !pipeline.includes('trellis'))
      const [best] = allOf(cell)
      return quick && best
        ? [
            {
              family: familyOf(quick.pipeline),
              factor: quick.error / best.error,
              faster: best.seconds / quick.seconds
            }
          ]
        : []
    })
    if (found.length === 0) continue
    const counts = new Map()
    for (const { family } of found) counts.set(family, (counts.get(family) ?? 0) + 1)
    const [[name, count] = ['', 0]] = [...counts].sort((a, b) => b[1] - a[1])
    const chosen = found.filter(({ family }) => family === name)
    lines.push(
      `Without \`trellis\`, at **${ratio} ×**: ${code(name)} is best on ${count} of ${found.length} ${found.length === 1 ? 'table' : 'tables'}; it loses ${median(
        chosen.map(({ factor }) => factor)
      ).toFixed(
        1
      )} times as much, and takes ${share(1 / median(chosen.map(({ faster }) => faster)))} of the processor time (medians).`
    )
  }
  const two = cells.filter((cell) => familyOf(allOf(cell)[0]?.pipeline ?? '').includes('|'))
  const gains = two.map((cell) => {
    const single = allOf(cell).find(({ pipeline }) => !familyOf(pipeline).includes('|'))
    return single ? single.error / (allOf(cell)[0]?.error ?? 1) - 1 : Infinity
  })
  lines.push(
    two.length === 0
      ? 'Two stages are better than the best single one in none of these cases.'
      : `Two stages are better than the best single one in ${two.length} of ${cells.length} cases, by ${share(median(gains))} at the median and ${share(Math.max(...gains))} at most.`
  )
  return lines.map((line) => `- ${line}`).join('\n')
}

const titles = (/** @type {readonly Cell[]} */ cells) =>
  [
    ...new Map(
      cells.map(({ table, title, rows, dim }) => [
        table,
        `- **${table}**, ${rows.toLocaleString('en-US')} × ${dim}: ${title}`
      ])
    ).values()
  ].join('\n')

/** What is missing, in a sentence.
 * @param {readonly Cell[]} whole @param {readonly { name: string, title: string }[]} tables
 */
function missing(whole, tables) {
  const ratios = [4, 8, 16, 26, 40]
  const lines = tables.flatMap(({ name, title }) => {
    const own = ratios.filter((ratio) => !whole.some((cell) => cell.table === name && cell.ratio === ratio))
    if (own.length === 0) return []
    return [
      own.length === ratios.length ? `${name} (${title})` : `${name} at ${own.map((one) => `${one} ×`).join(', ')}`
    ]
  })
  return lines.length === 0 ? '' : `\n\nNot measured yet, so that the rules say nothing of it: ${lines.join('; ')}.`
}

/** The page.
 * @param {readonly Cell[]} cells
 * @param {readonly { name: string, title: string }[]} tables all that are to be measured
 */
export function pageOf(cells, tables) {
  const placeOf = (/** @type {Cell} */ cell) => tables.findIndex(({ name }) => name === cell.table)
  const whole = measured(cells).sort((a, b) => placeOf(a) - placeOf(b) || a.ratio - b.ratio)
  const compared = whole.flatMap((cell) => {
    const [best] = fitting(cell)
    return best && cell.taken ? [cell.taken.error / best.error] : []
  })
  return `# Which pipeline

In a hurry: let the command look, and say what you want.

<!-- not run: takes a minute -->
\`\`\`sh
slimbed compress vectors.bin -o small.safetensors --keep 95%     # as small as 95 % of the neighbours allow
slimbed compress vectors.bin -o small.safetensors --target 4MB   # as good as 4 MB allow
slimbed sweep vectors.bin --report front.html                    # what every kind of pipeline costs on your table
\`\`\`

By hand, what follows from the figures below:

${rules(whole)}

All of it was measured by \`node tooling/studies/plan.mjs\` (after a build; it needs the test data), which also wrote this page. Sizes are those of the whole file, without words. The
error is squared and relative, \`‖A − Â‖² / ‖A‖²\`. [Codes at every size](studies/codes.md) has more tables. The tables here:

${titles(whole)}${missing(whole, tables)}

## Kinds of pipeline by size

What the best of each kind loses, in times what the best of all loses at that size; medians over the tables where it fits. Empty: it makes no file of that size, or its first stage alone
loses more than another pipeline does.

${families(whole)}

## What the search takes

*below*: how far below the wanted size the file is. *runs*: processor time of the search, in runs of the pipeline that was taken; other work on the machine sways it. *error to its*: the squared error over that of the best of
a grid of pipelines of one and two stages ([the grid](../tooling/studies/plan/grid.mjs)) whose file is no larger than allowed, rates moved as close to the size as the search does${
    compared.length === 0 ? '' : `: ${Math.max(...compared).toFixed(3)} at most`
  }.

${plans(whole)}

## Without \`trellis\`

The best of the grid that has no \`trellis\` in it, and how much faster it compresses than the best.

${others(whole)}
`
}
