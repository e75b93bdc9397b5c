/** Values reduced to their order. */
export interface Ordinals {
  /** For each value, how many distinct values are smaller. */
  readonly codes: Uint32Array
  /** How many distinct values there are. */
  readonly distinct: number
}

/** The order of some values; equal ones are ties. */
export function ordinalsOf(values: ArrayLike<number>): Ordinals {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b])
  const codes = new Uint32Array(values.length)
  let code = -1
  let last = Number.NaN
  for (const i of order) {
    if (values[i] !== last) code++
    last = values[i]
    codes[i] = code
  }
  return { codes, distinct: code + 1 }
}

/** The rank of each distinct value among those at `sample`, from 1, ties sharing the mean of theirs, in `out[0 .. distinct)`. */
export function ranksOf({ codes, distinct }: Ordinals, sample: Uint32Array, out: Float64Array): void {
  out.fill(0, 0, distinct)
  for (let i = 0; i < sample.length; i++) out[codes[sample[i]]]++
  let before = 0
  for (let code = 0; code < distinct; code++) {
    const count = out[code]
    out[code] = before + (count + 1) / 2
    before += count
  }
}
