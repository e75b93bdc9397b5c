import { createHash } from 'node:crypto'
import type { SpreadPass } from '@slimbed/core/tensor'

/** Digits of a fingerprint. */
const digits = 16

/** A hash of text and arrays. */
export function hashOf(text: string, arrays: readonly ArrayBufferView[] = []): string {
  const hash = createHash('sha256').update(text)
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex').slice(0, digits)
}

/** Tells passes apart that would not compute the same: by the operation, the rows, and what was computed before. */
export const fingerprintOf = ({
  name,
  rows,
  step,
  given
}: Pick<SpreadPass<unknown>, 'name' | 'rows' | 'step' | 'given'>): string =>
  hashOf(JSON.stringify([name, rows, step]), given)
