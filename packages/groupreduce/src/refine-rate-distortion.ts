import type { Losses } from './losses.js'
import type { Wish } from './moves.js'
import type { Parts } from './parts.js'

/** Assigns each row to the group with the least `importance · error + price · rate`; a row stays in its group if no other is better. */
function assign(costs: Float32Array, rates: Float64Array, price: number, ids: Uint16Array, out: Uint16Array): number {
  const groups = rates.length
  const fees = rates.map((rate) => price * rate)
  let spent = 0
  for (let row = 0, at = 0; row < ids.length; row++, at += groups) {
    let best = ids[row]
    let least = costs[at + best] + fees[best]
    for (let group = 0; group < groups; group++) {
      const cost = costs[at + group] + fees[group]
      if (cost < least) {
        least = cost
        best = group
      }
    }
    out[row] = best
    spent += rates[best]
  }
  return spent
}

/** Bisection steps for the price; they leave a few ten-thousandths of the room unused. */
const narrowing = 40

/** The error of each row in each group, times its importance. */
function costsOf({ errors, groups }: Losses, importance: Float32Array): Float32Array {
  const costs = new Float32Array(errors.length)
  for (let row = 0, at = 0; row < importance.length; row++) {
    for (let group = 0; group < groups; group++, at++) costs[at] = importance[row] * errors[at]
  }
  return costs
}

/** The lowest price found at which the rows fit in `room`; `wished` gets the groups of the rows at that price. */
function priceFor(
  costs: Float32Array,
  rates: Float64Array,
  ids: Uint16Array,
  room: number,
  wished: Uint16Array
): number {
  if (assign(costs, rates, 0, ids, wished) <= room) return 0
  let mean = 0
  for (let row = 0; row < ids.length; row++) mean += costs[row * rates.length + ids[row]] / ids.length
  let [low, high] = [0, mean / Math.max(...rates) || Number.MIN_VALUE]
  while (assign(costs, rates, high, ids, wished) > room && high < Number.MAX_VALUE / 4) {
    low = high
    high *= 4
  }
  for (let step = 0; step < narrowing; step++) {
    const middle = (low + high) / 2
    const spent = assign(costs, rates, middle, ids, wished)
    if (spent > room) low = middle
    else if (room - spent < 1e-5 * room) return middle
    else high = middle
  }
  assign(costs, rates, high, ids, wished)
  return high
}

/**
 * Each row wants to move to the group with the least `importance · error + price · values of a row`, at the lowest price at which
 * the rows of all groups fit in `room` values (the Lagrangian of the least error at a given size). Of the rows that want to move,
 * the share `fraction` that gains most may.
 */
export function towardsLeastCost(
  { ids, ranks }: Parts,
  losses: Losses,
  importance: Float32Array,
  room: number,
  fraction: number
): Wish {
  const { groups } = losses
  const costs = costsOf(losses, importance)
  const rates = Float64Array.from(ranks)
  const wished = new Uint16Array(ids.length)
  const price = priceFor(costs, rates, ids, room, wished)
  const all: number[] = []
  for (let row = 0; row < ids.length; row++) if (ids[row] !== wished[row]) all.push(row)
  if (fraction < 1) {
    const cost = (row: number, group: number) => costs[row * groups + group] + price * rates[group]
    const gain = (row: number) => cost(row, ids[row]) - cost(row, wished[row])
    const gains = new Map(all.map((row) => [row, gain(row)]))
    all.sort((a, b) => gains.get(b)! - gains.get(a)! || a - b)
    all.length = Math.ceil(fraction * all.length)
  }
  // Those that take less come first: what they give up is what the others take.
  const cheaper = (row: number) => rates[wished[row]] < rates[ids[row]]
  const rows = [...all.filter(cheaper), ...all.filter((row) => !cheaper(row))]
  return { rows: Uint32Array.from(rows), ids: wished }
}
