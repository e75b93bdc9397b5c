/** Where frequency bands end: 100, 1,000, 10,000 … rows, the last at `rows`. */
export function bandEdges(rows: number): number[] {
  const edges: number[] = []
  for (let edge = 100; edge < rows; edge *= 10) edges.push(edge)
  return [...edges, rows]
}

/** The band of each row: rows are ranked by falling weight, equal weights and no weights by row. */
export function bandOf(rows: number, edges: readonly number[], weights?: Float32Array): (row: number) => number {
  const place = (rank: number) => {
    let band = 0
    while (rank >= edges[band]) band++
    return band
  }
  if (!weights) return place
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => weights[b] - weights[a] || a - b)
  const bands = new Uint8Array(rows)
  order.forEach((row, rank) => {
    bands[row] = place(rank)
  })
  return (row) => bands[row]
}
