/** The rows of each group, rising. */
export function membersOf(ids: Uint16Array, sizes: readonly number[]): Uint32Array[] {
  const members = sizes.map((size) => new Uint32Array(size))
  const filled = new Uint32Array(sizes.length)
  for (let row = 0; row < ids.length; row++) {
    const group = ids[row]
    members[group][filled[group]] = row
    filled[group]++
  }
  return members
}
