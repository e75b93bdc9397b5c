import { type Front, frontOf } from '@slimbed/eval'
import { alignColumns } from './text/table.js'
import { bytes, counted, decimal, duration, percent, times } from './text/units.js'

/** The pipelines of a sweep that no smaller file beats, as lines, and how many there were; `kept` of them were run before. */
export function showSweep({ input, measure, points }: Front, kept: number, report: string | undefined): string {
  const weighted = points.some(({ weightedError }) => weightedError !== undefined)
  const lines = frontOf(points, measure).map((point) => [
    point.pipeline,
    bytes(point.bytes),
    times((4 * input.rows * input.dim) / point.bytes),
    decimal(point.relativeError),
    ...(weighted ? [decimal(point.weightedError ?? point.relativeError)] : []),
    decimal(point.meanCosine),
    percent(point.neighboursKept),
    duration(point.seconds)
  ])
  const heading = ['pipeline', 'file', 'smaller', 'relative error', ...(weighted ? ['weighted'] : [])]
  const table = alignColumns([[...heading, 'mean cosine', 'kept', 'time'], ...lines], weighted ? 'lrrrrrrr' : 'lrrrrrr')
  const before = kept > 0 ? `, ${kept} of them earlier` : ''
  const ran = `  ${counted(points.length, 'pipeline was', 'pipelines were')} run${before}; these are not beaten by a smaller file`
  return [table, report === undefined ? ran : `${ran}; all are in ${report}`].join('\n\n')
}
