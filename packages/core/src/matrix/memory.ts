import { SlimbedError } from '@slimbed/runtime'

/** The most that one array may take: what is larger does not fit most machines, and takes hours where it does. */
export const mostBytes = 2 * 2 ** 30

/** Bytes as a person says them. */
function shown(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${Number((bytes / 1000 ** unit).toPrecision(2))} ${units[unit]}`
}

/** Throws `too-large` for more than 2 GiB, before they are allocated: `what` needs them, and `remedy` says what to do. */
export function checkMemory(what: string, bytes: number, remedy?: string): void {
  if (bytes <= mostBytes) return
  const advice = remedy === undefined ? '' : `; ${remedy}`
  throw new SlimbedError('too-large', `too large for memory: ${what} needs ${shown(bytes)}${advice}`)
}

/** Whether an error says that memory could not be had. */
export const isOutOfMemory = (error: unknown): error is RangeError =>
  error instanceof RangeError &&
  /allocation failed|allocate memory|out of memory|Maximum memory size|Invalid (typed )?array( buffer)? length/i.test(
    error.message
  )
