/** The values stored for a part of `size` rows at a rank: those of its factors, or of its rows where they are no more. */
export const partValues = (size: number, rank: number, dim: number): number => Math.min(rank * (size + dim), size * dim)

/** The values stored for all parts. */
export function allValues(sizes: readonly number[], ranks: readonly number[], dim: number): number {
  let sum = 0
  for (const [part, size] of sizes.entries()) sum += partValues(size, ranks[part], dim)
  return sum
}

/** The rank that a part of `size` rows has: `dim`, which is exact, where its rows take no more than its factors would. */
export const settled = (size: number, rank: number, dim: number): number =>
  rank * (size + dim) >= size * dim ? dim : rank

/** Bytes of the group of each row; none where there is one group. */
export const idBytes = (rows: number, groups: number): number => (groups === 1 ? 0 : rows * (groups <= 256 ? 1 : 2))

/**
 * About what a file says of the groups besides their tensors, so that the file keeps the ratio too; of a small table not more than
 * a hundredth.
 */
const headerBytes = (groups: number, bytes: number): number => Math.min(3000 + 400 * groups, bytes / 100)

/** The float32 values that a ratio leaves room for, besides the group of each row. */
export function roomFor(ratio: number, rows: number, dim: number, groups: number): number {
  const bytes = (4 * rows * dim) / ratio
  return (bytes - headerBytes(groups, bytes) - idBytes(rows, groups)) / 4
}
