import { status } from './errors.js'

/**
 * Ends the process at once. A system call that does not return, such as opening a file on a lost network drive, would block
 * `process.exit`. Then the signal itself ends the process, which gives the same exit status in a shell.
 */
function endNow(removeTemporaries: () => void): void {
  removeTemporaries()
  const waiting = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))
  if (!waiting) process.exit(status.interrupted)
  process.removeAllListeners('SIGINT')
  process.kill(process.pid, 'SIGINT')
}

/**
 * A signal that is aborted by Ctrl-C, or when the process is asked to end or loses its terminal. A second signal ends the process
 * at once, and its temporary files are removed.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  let removeTemporaries = () => {}
  const abort = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) endNow(removeTemporaries)
    controller.abort(name)
    // Where there are temporary files, it is loaded already; other commands start sooner without it.
    import('@slimbed/io/node').then(
      (io) => {
        removeTemporaries = io.removeTemporaries
      },
      () => {}
    )
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort)
  return controller.signal
}
