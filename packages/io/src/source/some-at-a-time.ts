/** The results of all, in their order, of which `most` run at a time. Rejects as the first that does, once none is running. */
export async function someAtATime<Result>(work: readonly (() => Promise<Result>)[], most: number): Promise<Result[]> {
  const results = new Array<Result>(work.length)
  let next = 0
  const worker = async () => {
    while (next < work.length) {
      const at = next++
      try {
        results[at] = await work[at]()
      } catch (error) {
        next = work.length
        throw error
      }
    }
  }
  const workers = Array.from({ length: Math.min(most, work.length) }, worker)
  await Promise.allSettled(workers)
  await Promise.all(workers)
  return results
}
