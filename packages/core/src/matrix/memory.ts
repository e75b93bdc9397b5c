import { SlimbedError } from '@slimbed/runtime'

/**
 * The largest size of one array, in bytes. Larger ones do not fit in the memory of most machines, and would take hours to
 * compute.
 */
export const mostBytes = 2 * 2 ** 30

/** A number of bytes as text for people. */
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
