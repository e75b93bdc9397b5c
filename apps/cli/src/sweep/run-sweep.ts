import { format, type TensorAdapter } from '@slimbed/core'
import { neighbourOverlap } from '@slimbed/core/measure'
import { evaluate, type FrontScore, type ParsedTasks, subjectOf } from '@slimbed/eval'
import { type FoundCompressor, installedCompressors, pipelineOf } from '@slimbed/io/plugins'
import { attempt, type Considered, choices } from '@slimbed/plan'
import { load, SlimbedError, type Table } from '@slimbed/runtime'
import type { SweepFlags } from '../flags/sweep.js'
import { everyKind } from '../open/every-kind.js'
import { places } from '../open/places.js'
import type { RowsToPlan } from '../open/rows-to-plan.js'
import { wordsToSave } from '../open/weights.js'
import { evalContext } from '../session/eval-context.js'
import type { Session } from '../session/session.js'
import { keep, type Point, type Size, type Sweep } from './kept.js'

/** What all runs have in common. */
export interface Sweeping {
  readonly rows: RowsToPlan
  readonly tasks: ParsedTasks['tasks']
  readonly flags: SweepFlags
  readonly tensor: TensorAdapter
  readonly session: Session
  /** Where results are kept. */
  readonly path: string | undefined
}

/** The scores of a table on the tasks. */
export async function scoresOf(table: Table, { rows, tasks, flags, tensor, session }: Sweeping): Promise<FrontScore[]> {
  const { vocabulary } = rows.weights
  if (tasks.length === 0 || !vocabulary) return []
  const { progress: _, ...context } = evalContext(tensor, flags.seed, session)
  const { outcomes } = await evaluate(subjectOf(table, vocabulary), tasks, context)
  return outcomes.map(({ score: { kind, task, measure, value } }) => ({ kind, task, measure, value }))
}

const sameWords = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((word, i) => word === b[i])

/** The pipelines to run at each size: those of an earlier run where it had the same compressors. */
async function chosenSizes(
  sweep: Sweep,
  compressors: readonly FoundCompressor[],
  use: Sweeping
): Promise<{ sweep: Sweep; failed: ReadonlyMap<string, string> }> {
  const { rows, flags, tensor, session, path } = use
  const names = compressors.map(({ id }) => id)
  const failed = new Map<string, string>()
  let made = { ...sweep, sizes: sweep.sizes.filter((size) => sameWords(size.compressors, names)) }
  for (const [i, ratio] of flags.ratios.entries()) {
    if (made.sizes.some((size) => size.ratio === ratio)) continue
    let tried = 0
    const show = () =>
      session.progress.phase(
        'choosing',
        flags.ratios.length,
        () => `${ratio} ×: ${tried++} pipelines`
      )(i, flags.ratios.length)
    const { matrix, weights } = rows
    const found = await choices(matrix, compressors, {
      ratio,
      measure: flags.measure,
      weights: weights.values,
      vocabulary: wordsToSave(weights, flags.counts),
      seed: flags.seed,
      tensor,
      signal: session.signal,
      onTrial: show
    })
    for (const { pipeline, problem } of found.failures) failed.set(pipeline, problem)
    const size: Size = { ratio, compressors: names, choices: found.choices }
    made = { ...made, sizes: [...made.sizes, size].sort((a, b) => a.ratio - b.ratio) }
    await keep(path, made)
  }
  return { sweep: made, failed }
}

/** Runs a pipeline on all rows, and measures what it lost; undefined where it refuses them. */
async function pointFor(
  { pipeline, family }: Considered,
  use: Sweeping,
  onFailure: (pipeline: string, problem: string) => void
): Promise<Point | undefined> {
  const { rows, flags, tensor, session } = use
  const { signal } = session
  const { matrix, optionsFor } = rows
  const { compressor, versions } = await pipelineOf(pipeline, flags.plugin, places)
  const made = await attempt(compressor, {
    matrix,
    loss: 'error',
    tensor,
    seed: flags.seed,
    signal,
    optionsFor,
    onFailure: ([stage], error) => onFailure(stage ? format(stage) : pipeline, error.message)
  })
  if (!made) return undefined
  const { table } = load(made.file, { kinds: await everyKind() })
  const { relativeError, weightedError, meanCosine } = made.made.measured
  return {
    pipeline,
    family,
    bytes: made.file.length,
    relativeError,
    ...(weightedError !== undefined && rows.weights.values && { weightedError }),
    meanCosine,
    neighboursKept: await neighbourOverlap(matrix, table, { tensor, signal }),
    seconds: made.seconds,
    ...(use.tasks.length > 0 && { scores: await scoresOf(table, use) }),
    versions
  }
}

const sameVersions = (a: Point['versions'], b: Point['versions']) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())

/** Whether a point was made by the packages that are installed. */
async function isCurrent({ pipeline, versions }: Point, { flags }: Sweeping): Promise<boolean> {
  const now = await pipelineOf(pipeline, flags.plugin, places).catch(() => undefined)
  return now !== undefined && sameVersions(now.versions, versions)
}

/** Chooses pipelines for each size, and runs those that were not run before; what comes is kept at once. Resolves to all, and how many were there. */
export async function runSweep(
  before: Sweep,
  use: Sweeping
): Promise<{ readonly sweep: Sweep; readonly kept: number }> {
  const { flags, session, path } = use
  const { compressors, problems } = await installedCompressors(flags.plugin, places)
  problems.forEach(session.warn)
  const chosen = await chosenSizes(before, compressors, use)
  const failed = new Map(chosen.failed)
  let { sweep } = chosen
  const wanted = new Map(
    sweep.sizes
      .filter(({ ratio }) => flags.ratios.includes(ratio))
      .flatMap(({ choices }) => choices)
      .map((choice) => [choice.pipeline, choice])
  )
  if (wanted.size === 0) {
    const asked = flags.ratios.map((ratio) => `${ratio} ×`).join(', ')
    throw new SlimbedError('bad-option', `no pipeline of the installed compressors makes a file ${asked} smaller`)
  }
  const current: Point[] = []
  for (const point of sweep.points) if (await isCurrent(point, use)) current.push(point)
  sweep = { ...sweep, points: current }
  const done = new Set(current.map(({ pipeline }) => pipeline))
  const open = [...wanted.values()].filter(({ pipeline }) => !done.has(pipeline))
  // Time left is told by what the runs were estimated to take.
  const total = open.reduce((sum, { seconds }) => sum + seconds, 0)
  let spent = 0
  for (const [i, choice] of open.entries()) {
    session.progress.phase('running', total, () => `${i + 1} of ${open.length}, ${choice.family}`)(spent, total)
    const point = await pointFor(choice, use, (pipeline, problem) => failed.set(pipeline, problem))
    spent += choice.seconds
    if (!point) continue
    sweep = { ...sweep, points: [...sweep.points, point].sort((a, b) => a.bytes - b.bytes) }
    await keep(path, sweep)
  }
  session.progress.clear()
  for (const [pipeline, problem] of failed) session.warn(`${pipeline}: left out: ${problem}`)
  return { sweep, kept: [...wanted.keys()].filter((pipeline) => done.has(pipeline)).length }
}
