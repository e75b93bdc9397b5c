import type { Visit } from './blocks.js'
import type { Layout } from './layout.js'

/** Calls `visit` with the set, place, length and row of every run of values of a block that share a grid with other rows. */
export function eachRun(
  { dim, groupSize, groups }: Layout,
  visit: (set: number, at: number, size: number, row: number, block: Float32Array) => void
): Visit {
  return (block, start, count) => {
    for (let i = 0; i < count; i++) {
      for (let g = 0; g < groups; g++) {
        const column = g * groupSize
        visit(g, i * dim + column, Math.min(groupSize, dim - column), start + i, block)
      }
    }
  }
}
