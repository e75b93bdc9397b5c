import { estimate, limitOf } from './model.mjs'

/** @import { PipelineCost } from './measure.mjs' */

/**
 * A run that the model told.
 * @typedef {{ pipeline: string, rows: number, dim: number, told: number, seconds: number }} Checked
 */

/**
 * @typedef {object} Measured
 * @property {{ model: string, cores: number }} machine
 * @property {PipelineCost[]} costs
 * @property {{ read: number, write: number, cold: boolean }} disk bytes a second
 * @property {number} link bytes a second
 * @property {Checked[]} checked
 */

/** The machines of the model: cores of each, and bytes a second of what they read from and of their links. */
const [cores, disk, link] = [16, 2e9, 1.25e9]
const counts = [1, 10, 100]
const tables = [
  { rows: 4e8, dim: 512, valueBytes: 1 },
  { rows: 1e10, dim: 128, valueBytes: 1 }
]
const names = { processors: 'processors', input: 'reading the input', coordinator: 'the coordinator' }

const bytes = (/** @type {number} */ count) => {
  const [unit, name] = [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB']
  ].find(([least]) => count >= Number(least)) ?? [1, 'B']
  return `${(count / Number(unit)).toPrecision(3)} ${name}`
}

function time(/** @type {number} */ seconds) {
  if (seconds < 100) return `${seconds.toPrecision(2)} s`
  return seconds < 6000 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`
}

const count = (/** @type {number} */ rows) => (rows >= 1e9 ? `${rows / 1e9} billion` : `${rows / 1e6} million`)

/** @param {readonly (readonly string[])[]} rows */
const markdown = ([head, ...rest]) => {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n')
}

/** The page of measured rates and of what follows from them. @param {Measured} measured */
export function pageOf({ machine, costs, disk: own, link: loop, checked }) {
  const rates = costs.map(({ pipeline, dim, seconds, reads, passes, out }) => [
    `\`${pipeline}\``,
    `${dim}`,
    `${(1e9 * seconds).toFixed(1)} ns`,
    reads.toFixed(1),
    `${passes.length}`,
    bytes(passes.reduce((sum, pass) => sum + pass.sums / pass.step, 0) * 1e6),
    (8 * out).toFixed(2)
  ])
  const runs = tables.flatMap((table) =>
    costs
      .filter(({ dim }) => dim === table.dim)
      .map((cost) => {
        const made = counts.map((machines) => estimate(cost, table, { machines, cores, disk, link }))
        const cells = made.map(
          (run) => `${time(run.seconds)}: ${names[/** @type {keyof typeof names} */ (limitOf(run))]}`
        )
        return [
          `${count(table.rows)} × ${table.dim}`,
          `\`${cost.pipeline}\``,
          ...cells,
          bytes(made[1].made),
          bytes(made[1].sums)
        ]
      })
  )
  const checks = checked.map(({ pipeline, rows, dim, told, seconds }) => [
    `${count(rows)} × ${dim}`,
    `\`${pipeline}\``,
    time(told),
    time(seconds),
    (told / seconds).toFixed(2)
  ])
  return `# What huge tables take

Measured rates, and a model of what follows from them for tables that no machine here holds. All of this page was written by \`node tooling/studies/scale.mjs\`, which measures the rates anew.

## Rates

On ${machine.cores} cores of ${machine.model}: a file is written at ${bytes(own.write)} a second and read at ${bytes(own.read)} a second${own.cold ? ', not from memory' : ' (from memory: it could not be emptied here)'}; a connection of the
machine with itself carries ${bytes(loop)} a second. For each pipeline, on one thread, of float32 values in memory:

- *a value*: processor time for each value of the table, all passes, the file and its checksums.
- *reads*: how often the table is read. *passes*: passes over all rows that a [cluster](../packages/cluster) divides.
- *sums*: what workers send besides codes, for a million rows: sums of fixed segments of rows, which are added up in order.
- *bits*: of the file, for each value.

${markdown([['pipeline', 'columns', 'a value', 'reads', 'passes', 'sums', 'bits'], ...rates])}

## The model, checked

A run takes as long as the slowest of three things, which happen at the same time: workers compute; they read their rows; the coordinator takes what they made over its link and writes it to its disk. On this
machine alone, with both cores, from float32 files, told beside measured:

${markdown([['table', 'pipeline', 'told', 'measured', 'told / measured'], ...checks])}

Above 1, the run was quicker than told: rates are those of one thread and of rows in memory, and threads that are given rows of a file may take another way ([0079](decisions/0079-projected-rows.md)).

## Huge tables

Tables of 8-bit floats, on machines of ${cores} cores (as fast as the one above), each reading its shards at ${bytes(disk)} a second, with links of ${bytes(link)} a second (10 Gbit/s). Time, and what it waits for; what workers
send to the coordinator (codes and rows of codes; sums):

${markdown([['table', 'pipeline', ...counts.map((machines) => `${machines} machine${machines > 1 ? 's' : ''}`), 'codes sent', 'sums sent'], ...runs])}

- **What computes little waits for its input**, everything else for processors, until there are so many machines that one coordinator cannot take and write codes as fast as they are made: its link and disk are then the limit. Tables in
  [shards](format.md#shards) have no such limit: every part is compressed by itself, by one worker, which writes it where it belongs.
- **Sums are small** beside rows: products of columns are at most a quarter of the bytes of their rows, once a run.
- \`trellis\` holds the codes of all rows in the memory of one machine: a table as these is compressed in shards.
`
}
