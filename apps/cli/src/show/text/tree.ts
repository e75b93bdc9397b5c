/** The prefix of each line of a tree, such as `│  └─ `, given the depth of each node. Nodes come before their children. */
export function treePrefixes(depths: readonly number[]): string[] {
  const prefixes: string[] = []
  /** For each depth, whether the node below continues there. */
  const open: boolean[] = []
  for (const depth of depths.toReversed()) {
    let prefix = ''
    for (let above = 1; above < depth; above++) prefix += open[above] ? '│  ' : '   '
    prefixes.push(depth === 0 ? '' : `${prefix}${open[depth] ? '├─ ' : '└─ '}`)
    open.length = depth
    open[depth] = true
  }
  return prefixes.reverse()
}
