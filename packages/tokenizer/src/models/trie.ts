import { pairMap } from './pair-map.js'

/** Tokens by their UTF-16 code units: what begins at a place of a text is found in one walk. */
export interface Trie {
  /** The node after one more code unit, or −1. The root is node 0. */
  next(node: number, unit: number): number
  /** The number of the token that ends at a node, or −1. */
  readonly ids: ArrayLike<number>
  /** The node of a text, from another node, or −1. */
  walk(text: string, node?: number): number
}

/** The trie of tokens and their numbers; of equal tokens the last one counts. The empty token is left out. */
export function trieOf(tokens: Iterable<readonly [string, number]>): Trie {
  const children = pairMap()
  const ids = [-1]
  for (const [token, id] of tokens) {
    let node = 0
    for (let i = 0; i < token.length; i++) {
      const unit = token.charCodeAt(i)
      let child = children.get(node, unit)
      if (child < 0) {
        child = ids.push(-1) - 1
        children.set(node, unit, child)
      }
      node = child
    }
    if (node > 0) ids[node] = id
  }
  const next = children.get
  return {
    next,
    ids: Int32Array.from(ids),
    walk(text, from = 0) {
      let node = from
      for (let i = 0; i < text.length && node >= 0; i++) node = next(node, text.charCodeAt(i))
      return node
    }
  }
}
