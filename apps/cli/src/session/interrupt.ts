import { status } from './errors.js'

/**
 * A signal that is aborted by Ctrl-C, or when the process is asked to end or loses its terminal. What is told twice ends
 * at once; temporary files go with it.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const abort = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(status.interrupted)
    controller.abort(name)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort)
  return controller.signal
}
