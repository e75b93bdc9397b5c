import { removeTemporaries } from '@slimbed/io/node'
import { status } from './errors.js'

/**
 * Ends the process at once. A call of the system that does not return, such as the opening of a file on a lost network drive, would
 * keep `process.exit` waiting: then the signal itself ends it, which a shell takes for the same exit status.
 */
function endNow(): void {
  removeTemporaries()
  const waiting = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
  if (!waiting) process.exit(status.interrupted)
  process.removeAllListeners('SIGINT')
  process.kill(process.pid, 'SIGINT')
}

/**
 * A signal that is aborted by Ctrl-C, or when the process is asked to end or loses its terminal. What is told twice ends
 * at once; temporary files go with it.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const abort = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) endNow()
    controller.abort(name)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort)
  return controller.signal
}
