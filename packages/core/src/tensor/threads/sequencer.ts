/**
 * Uses results of blocks in the order of the blocks, one after another, whatever the order in which they are done. If a block
 * fails, the blocks after it fail too, so that the results that were used have no gap.
 */
export function createSequencer(): <T>(
  index: number,
  making: Promise<T>,
  use: (made: T) => void | Promise<void>
) => Promise<void> {
  const waiting = new Map<number, () => void>()
  let next = 0
  let failure: { readonly error: unknown } | undefined
  const fail = (error: unknown) => {
    failure ??= { error }
    for (const wake of waiting.values()) wake()
    waiting.clear()
  }
  return async (index, making, use) => {
    try {
      const made = await making
      if (index !== next && !failure) await new Promise<void>((wake) => waiting.set(index, wake))
      if (failure) throw failure.error
      await use(made)
      next++
      waiting.get(next)?.()
      waiting.delete(next)
    } catch (error) {
      fail(error)
      throw error
    }
  }
}
