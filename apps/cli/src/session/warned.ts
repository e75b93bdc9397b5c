import type { Session } from './session.js'

/** Runs `work`; what it prints on the console becomes warnings of the session. */
export function warned<Result>(work: () => Result, { warn }: Session): Result {
  const own = console.warn
  console.warn = (...parts: readonly unknown[]) => warn(`--report: ${parts.join(' ')}`)
  try {
    return work()
  } finally {
    console.warn = own
  }
}
