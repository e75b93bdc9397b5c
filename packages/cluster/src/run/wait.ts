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

/** How long an answer of Redis is waited for where things end, in milliseconds. */
export const patience = 3_000

/**
 * Resolves once a promise has settled, after some milliseconds at most: a connection to Redis that is closed while it is made again never says
 * that it is closed, and what was asked on it is never answered.
 */
export async function settled(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const over = new AbortController()
  await Promise.race([promise.catch(() => {}), sleep(milliseconds, over.signal)])
  over.abort()
}

/** Lets several wait for the next change of something. */
export interface Changes {
  /** How many there were. */
  count(): number
  /** Resolves at the first change after the first `seen`, at once where there was one, or after some milliseconds. */
  next(milliseconds: number, seen: number): Promise<void>
  /** Tells those that wait. */
  tell(): void
}

/** Changes that nobody waits for yet. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>()
  let count = 0
  return {
    count: () => count,
    next: (milliseconds, seen) =>
      new Promise((resolve) => {
        if (count > seen) return resolve()
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, milliseconds)
        waiting.add(done)
      }),
    tell() {
      count++
      for (const done of [...waiting]) done()
    }
  }
}
