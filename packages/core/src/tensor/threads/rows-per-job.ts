/** The largest power of two up to a number, at least 1. */
const powerBelow = (value: number) => 2 ** Math.max(0, Math.floor(Math.log2(value)))

/**
 * Rows of one job: about 4 MB, or 64 where those take no more than 16; a function of the shape alone, since the rounding of sums
 * depends on it.
 */
export function rowsPerJob(dim: number): number {
  const [usual, most] = [powerBelow(2 ** 20 / Math.max(1, dim)), powerBelow(2 ** 22 / Math.max(1, dim))]
  return Math.min(4096, Math.max(usual, Math.min(64, most)))
}

/** Short rows are also taken by up to four jobs' at a time where nothing is added up over them: to hand a job over costs more than it does. */
export const rowsPerLargeJob = (dim: number): number =>
  Math.max(rowsPerJob(dim), Math.min(4 * 4096, powerBelow(2 ** 20 / Math.max(1, dim))))

/** Bytes of floats of 8 bits that one job does at most, if they are a segment. */
export const largeJob = 2 ** 22

/** Segments of so many bytes that one job does: to hand jobs over, and to write what they make, takes less time where they are few. */
export const segmentsPerJob = (bytes: number): number => Math.max(1, Math.floor((2 * largeJob) / bytes))
