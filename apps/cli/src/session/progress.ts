import { type Params, SingleBar } from 'cli-progress'
import { printable } from '../show/text/printable.js'
import { bytes, duration } from '../show/text/units.js'

/** Shows the progress of the work. */
export interface Progress {
  /**
   * The callback of one phase of the work, which goes through `size` bytes in all, whatever unit it counts in. With `note`,
   * that text is shown in place of bytes a second; with `rows`, rows a second beside them.
   */
  phase(name: string, size: number, note?: () => string, rows?: number): (done: number, total: number) => void
  /** Removes the bar from the screen; the next report shows it again. */
  clear(): void
}

const width = 24

/** `lowrank     ██████░░░░░░░░░░░░░░░░░░  25 %  120 MB/s  3 s left`. */
function line(name: string, { value, total, progress, startTime, eta }: Params, note?: string, rows?: number): string {
  const filled = Math.round(width * progress)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  const seconds = (Date.now() - startTime) / 1000
  const perSecond = rows === undefined ? '' : `, ${Math.round((rows * progress) / seconds).toLocaleString('en')} rows/s`
  const rate = note ?? (seconds > 0.2 ? `${bytes(value / seconds)}/s${perSecond}` : '')
  const left = seconds > 0.5 && value < total && Number.isFinite(eta) ? `${duration(Math.ceil(eta))} left` : ''
  return `${printable(name.slice(0, 40)).padEnd(10)}  ${bar} ${Math.floor(100 * progress)
    .toString()
    .padStart(3)} %  ${rate}  ${left}`
}

/** A progress bar on `stream`; nothing when that is no terminal or `quiet` is asked. */
export function createProgress(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }, quiet: boolean): Progress {
  if (quiet || !stream.isTTY) return { phase: () => () => {}, clear() {} }
  let bar: SingleBar | undefined
  let current = ''
  const clear = () => {
    bar?.stop()
    bar = undefined
  }
  const begin = (name: string, size: number, note?: () => string, rows?: number) => {
    clear()
    current = name
    bar = new SingleBar({
      stream,
      format: (_, params) => line(name, params, note?.(), rows),
      clearOnComplete: true,
      gracefulExit: false,
      linewrap: true,
      etaBuffer: 30
    })
    bar.start(size, 0)
  }
  return {
    phase: (name, size, note, rows) => (done, total) => {
      if (!bar || current !== name) begin(name, size, note, rows)
      bar?.update(total > 0 ? (size * done) / total : size)
    },
    clear
  }
}
