import type { PhaseReport, Trained } from '@slimbed/train'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { bytes, count, counted, duration, percent, shape, times } from './text/units.js'

/** What `slimbed train --json` prints. */
export interface TrainReport {
  readonly output: { path: string; bytes: number; tableBytes: number; vocabularyBytes: number }
  readonly data: { train: number; dev: number; test: number | null; labels: readonly string[] }
  /** `withVector` rows began as vectors, the others at random. */
  readonly table: { rows: number; dim: number; withVector: number }
  readonly model: string
  readonly optimizer: string
  readonly schedule: string
  readonly seed: number
  readonly phases: readonly PhaseReport[]
  readonly backend: string
  readonly threads: number
  readonly seconds: number
  readonly peakMemoryBytes: number
}

/** The parts of a report that follow from the run. */
export function aboutRun({
  task,
  options,
  reports
}: Trained): Pick<TrainReport, 'data' | 'table' | 'model' | 'optimizer' | 'seed' | 'phases'> {
  const { train, dev, test, labels, vocabulary, dim, withVector } = task
  return {
    data: {
      train: train.labels.length,
      dev: dev.labels.length,
      test: test ? test.labels.length : null,
      labels
    },
    table: { rows: vocabulary.size, dim, withVector },
    model: options.model,
    optimizer: options.optimizer,
    seed: options.seed,
    phases: reports
  }
}

/** A report as a person reads it. */
export function showTraining({ output, data, table, phases, backend, threads, seconds, ...rest }: TrainReport): string {
  const dense = table.rows * table.dim * 4
  const lines = phases.map(({ phase, epochs, bestEpoch, before, devAccuracy, testAccuracy, tableBytes }) => [
    phase,
    count(epochs),
    count(bestEpoch),
    percent(before.devAccuracy),
    percent(devAccuracy),
    testAccuracy === null ? '' : percent(testAccuracy),
    bytes(tableBytes),
    times(dense / tableBytes)
  ])
  const texts = [`${counted(data.train, 'text')} to train on`, `${count(data.dev)} dev`]
  if (data.test !== null) texts.push(`${count(data.test)} test`)
  const from = table.withVector > 0 ? `, ${count(table.withVector)} rows from vectors` : ''
  return [
    `  ${texts.join(', ')}; ${data.labels.length} labels: ${data.labels.slice(0, 10).map(printable).join(', ')}${data.labels.length > 10 ? ', …' : ''}`,
    `  table ${shape(table)}, ${bytes(dense)}${from}`,
    '',
    alignColumns([['phase', 'epochs', 'best', 'dev before', 'dev', 'test', 'table', 'smaller'], ...lines], 'lrrrrrrr'),
    '',
    `  ${output.path}  ${bytes(output.bytes)}: table, ${bytes(output.vocabularyBytes)} of words, classifier`,
    `  ${duration(seconds)}, ${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, peak memory ${bytes(rest.peakMemoryBytes)}`
  ].join('\n')
}
