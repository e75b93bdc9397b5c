/** The values stored for a part of `size` rows at a rank: those of its factors, or those of its rows if they are not more. */
export const partValues = (size: number, rank: number, dim: number): number => Math.min(rank * (size + dim), size * dim)

/** The values stored for all parts. */
export function allValues(sizes: readonly number[], ranks: readonly number[], dim: number): number {
  let sum = 0
  for (const [part, size] of sizes.entries()) sum += partValues(size, ranks[part], dim)
  return sum
}

/** The rank of a part of `size` rows: `dim`, which means that its rows are stored, if they take no more space than its factors. */
export const settled = (size: number, rank: number, dim: number): number =>
  rank * (size + dim) >= size * dim ? dim : rank

/** Bytes of the group numbers of all rows; 0 for one group. */
export const idBytes = (rows: number, groups: number): number => (groups === 1 ? 0 : rows * (groups <= 256 ? 1 : 2))

/**
 * An estimate of the bytes that describe the groups in a file, so that the whole file reaches the ratio; at most a hundredth of
 * the size.
 */
const headerBytes = (groups: number, bytes: number): number => Math.min(3000 + 400 * groups, bytes / 100)

/** How many float32 values the factors may have to reach a ratio, after subtracting the group numbers of the rows. */
export function roomFor(ratio: number, rows: number, dim: number, groups: number): number {
  const bytes = (4 * rows * dim) / ratio
  return (bytes - headerBytes(groups, bytes) - idBytes(rows, groups)) / 4
}
