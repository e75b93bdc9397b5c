import { randomAt } from '@slimbed/core'

/** A seeded table that looks like real word vectors. */
export interface TableSpec {
  readonly rows: number
  readonly dim: number
  readonly seed: number
}

/** Two normal deviates a call (Box and Muller 1958). */
function normals(random: () => number, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    out[i] = radius * Math.cos(angle)
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle)
  }
}

/** Unit vectors whose reflections, one after another, turn the axes into directions that mix all columns. */
function reflections(random: () => number, dim: number, count: number): Float64Array[] {
  return Array.from({ length: count }, () => {
    const v = new Float64Array(dim)
    normals(random, v)
    const norm = Math.hypot(...v)
    return v.map((x) => x / norm)
  })
}

function reflect(row: Float64Array, v: Float64Array): void {
  let dot = 0
  for (let j = 0; j < row.length; j++) dot += row[j] * v[j]
  for (let j = 0; j < row.length; j++) row[j] -= 2 * dot * v[j]
}

/**
 * Blocks of rows, `count × dim` float32 row-major, in order.
 *
 * Singular values fall as (1 + j/10)^(-1/3), as those of Numberbatch and GoogleNews do; the first direction carries a
 * common mean; row norms are log-normal around 3 with deviation 0.19, those of GoogleNews.
 */
export function* generateBlocks({ rows, dim, seed }: TableSpec, blockRows = 8192): Generator<Float32Array> {
  const random = randomAt(seed, ['table', `${rows}x${dim}`])
  const turns = reflections(random, dim, 3)
  const deviation = Float64Array.from({ length: dim }, (_, j) => (1 + j / 10) ** (-1 / 3))
  const row = new Float64Array(dim)
  const size = new Float64Array(1)
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start)
    const block = new Float32Array(count * dim)
    for (let i = 0; i < count; i++) {
      normals(random, row)
      for (let j = 0; j < dim; j++) row[j] *= deviation[j]
      row[0] += 2
      for (const turn of turns) reflect(row, turn)
      let sum = 0
      for (let j = 0; j < dim; j++) sum += row[j] * row[j]
      normals(random, size)
      const factor = (3 * Math.exp(0.19 * size[0])) / Math.sqrt(sum)
      for (let j = 0; j < dim; j++) block[i * dim + j] = row[j] * factor
    }
    yield block
  }
}

/** Zipf counts for rows in falling order: `round(rows / (row + 1))`, at least 1. */
export const zipfCounts = (rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => Math.max(1, Math.round((4 * rows) / (row + 1))))
