import type { Context } from '@slimbed/core'
import type { Prepared } from '../prepare.js'
import type { FixedChoice } from './choose-fixed.js'
import { gainBitsOfRows, gainsPay, totalWithin } from './code-for.js'
import { type Frame, frameOf, type Limits } from './frame.js'

/** How near to its limit a table is to be, where its basis can be finer: a part of the limit. */
const slack = 0.006

/** How often the basis is coded again for that at most. */
const mostTries = 6

/** A frame, the bits of a row in it, and those of them that tell its gain. */
export interface Filling {
  readonly frame: Frame
  readonly total: number
  readonly gainBits: number
}

/** The frame, the bits a row and those of its gain with which a table takes these bytes at most, and nearly. */
export async function fill(
  bytes: number,
  prepared: Prepared,
  choice: FixedChoice,
  limits: Limits,
  context: Context
): Promise<Filling> {
  const { rows } = prepared.matrix
  const frame = await frameOf(prepared, choice, limits, context)
  const possible = gainBitsOfRows(frame.coding)
  const without = totalWithin(bytes - frame.bytes, rows, 0, frame.coding)
  const gainBits = gainsPay(without.total, possible, frame.coding) ? possible : 0
  const { total, spare } = totalWithin(bytes - frame.bytes, rows, gainBits, frame.coding)
  if (!frame.stored || spare < slack * bytes) return { frame, total, gainBits }
  // What is left is less than a bit a row: it makes the basis finer.
  const { rows: count, dim } = frame.basis
  const wanted = spare - (slack / 3) * bytes
  let best = frame
  let extra = (16 * wanted) / count / (2 * dim - count + 1)
  for (let tries = 0; tries < mostTries; tries++) {
    const finer = await frameOf(prepared, choice, limits, context, extra)
    const again = totalWithin(bytes - finer.bytes, rows, gainBits, finer.coding)
    const fits = again.total === total && again.spare >= 0
    if (fits && finer.bytes > best.bytes) best = finer
    if (fits && again.spare < slack * bytes) break
    extra *= Math.min(3, wanted / Math.max(1, finer.bytes - frame.bytes))
  }
  return { frame: best, total, gainBits }
}
