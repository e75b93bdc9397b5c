/**
 * The results of the reads that `ask` starts, in order. The next `depth` reads run while one result is in use. `ask` returns
 * undefined when there is nothing left to read.
 *
 * Rejects as the reads do. It ends or rejects only after all reads have finished.
 */
export async function* readAhead<T>(ask: () => Promise<T> | undefined, depth = 1): AsyncGenerator<T> {
  const ahead: Promise<T>[] = []
  let more = true
  const askNext = () => {
    const next = more ? ask() : undefined
    more = next !== undefined
    // It may fail while the one before it is in use.
    next?.catch(() => {})
    if (next) ahead.push(next)
  }
  try {
    for (let i = 0; i < depth; i++) askNext()
    for (let first = ahead.shift(); first; first = ahead.shift()) {
      const value = await first
      askNext()
      yield value
    }
  } finally {
    await Promise.allSettled(ahead)
  }
}
