import type { ClusterStatus, RunStatus } from '@slimbed/cluster'
import { count, duration } from './text/units.js'

const nameOf = ({ program }: RunStatus) => `${program.input}  ${program.pipeline}`

/** The lines of a run. */
function runLines(run: RunStatus, now: number): string[] {
  const { id, pass, name, rows = 0, shards = 0, done = 0, waiting, active, failed, host, pid, alive, started } = run
  const where = alive ? `coordinated on ${host} (${pid})` : `its coordinator on ${host} (${pid}) is gone`
  const remedy = alive ? [] : ['  the same command takes it up again; "slimbed cluster clear" removes it']
  const parts = `  parts: ${count(done)} of ${count(shards)} done, ${count(active)} under way, ${count(waiting)} waiting, ${count(failed)} failed`
  const step =
    pass === undefined
      ? '  no pass has begun'
      : name === 'part'
        ? parts
        : `  pass ${pass} ${name}: ${count(done)} of ${count(shards)} shards of ${count(rows)} rows done, ${count(active)} under way, ${count(waiting)} waiting, ${count(failed)} failed`
  const refused = Object.entries(run.refused).map(([worker, why]) => `  worker ${worker} takes no part: ${why}`)
  const since = duration(Math.max(0, Math.round((now - started) / 1000)))
  return [`run ${id}  ${nameOf(run)}`, `  ${where}, for ${since}`, ...remedy, step, ...refused]
}

/** Runs and workers as text. */
export function showCluster({ runs, workers }: ClusterStatus, now = Date.now()): string {
  const none = runs.length === 0 ? ['no runs'] : []
  const rate = workers.reduce((sum, { rowsPerSecond }) => sum + rowsPerSecond, 0)
  const list = workers.map(({ id, threads, run, done, failed, rowsPerSecond }) => {
    const doing = run === undefined ? 'idle' : `run ${run}`
    return `  ${id}  threads: ${threads}  ${doing}  ${count(done)} shards done, ${count(failed)} failed, ${count(rowsPerSecond)} rows/s`
  })
  const head = workers.length === 0 ? 'no workers' : `workers: ${workers.length}, ${count(rate)} rows/s`
  return [...none, ...runs.flatMap((run) => runLines(run, now)), head, ...list].join('\n')
}
