/** Resolves after some milliseconds, or at once when `signal` is aborted. */
export const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })

/** What a promise comes to; rejects with the reason of `signal` if that is aborted before. */
export const unlessAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    const end = () => signal.removeEventListener('abort', stop)
    promise.then(resolve, reject).finally(end)
  })

/** Lets several wait for the next change of something. */
export interface Changes {
  /** Resolves at the next change, or after some milliseconds. */
  next(milliseconds: number): Promise<void>
  /** Tells those that wait. */
  tell(): void
}

/** Changes that nobody waits for yet. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>()
  return {
    next: (milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, milliseconds)
        waiting.add(done)
      }),
    tell() {
      for (const done of [...waiting]) done()
    }
  }
}
