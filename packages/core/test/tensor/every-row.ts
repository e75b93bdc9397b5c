import type { Tally } from '../../src/tensor/types.js'

/** A tally that adds nothing up, and hands on the sums of rows as they are. */
export const everyRow = (visit: (start: number, sums: Float64Array) => unknown = () => {}): Tally => ({
  size: 0,
  add(_, start, sums) {
    visit(start, sums)
  },
  merge() {}
})
