/**
 * A signal that is aborted by Ctrl-C, or when the process is asked to end or loses its terminal. What comes second kills
 * at once, as it would have without this.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const abort = (name: NodeJS.Signals) => {
    for (const each of names) process.off(each, abort)
    controller.abort(name)
  }
  for (const name of names) process.on(name, abort)
  return controller.signal
}
