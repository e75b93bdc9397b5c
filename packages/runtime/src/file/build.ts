import { checkShape, fail, isObject, maxHeld, quote } from '../check.js'
import { asCorrupt } from '../error.js'
import type { Json, JsonObject } from '../table/table.js'
import { type ManifestNode, maxDepth, maxNodes } from './manifest.js'

/** The characters that names of children and tensors may have. */
export const isName = (name: string): boolean => /^[A-Za-z0-9_-]+$/.test(name)

/** Names that no child of the root may have, because they are prefixes of tensors that do not belong to the table. */
export const reserved: readonly string[] = ['vocabulary', 'extra']

/** An empty record in which every name is a property of its own, `__proto__` too. */
const record = <T>(): Record<string, T> => Object.create(null)

/** Tensors by the path of their node (`0.left`, the root is ''), then by their own name. */
export function tensorsByNode<T>(tensors: Iterable<readonly [string, T]>): Map<string, Record<string, T>> {
  const nodes = new Map<string, Record<string, T>>()
  for (const [fullName, tensor] of tensors) {
    const dot = fullName.lastIndexOf('.')
    const path = fullName.slice(0, Math.max(dot, 0))
    const own = nodes.get(path) ?? record<T>()
    own[fullName.slice(dot + 1)] = tensor
    nodes.set(path, own)
  }
  return nodes
}

/** Throws `corrupt-file` unless a node uses exactly the parts that the file gives it. */
function checkUsed(what: string, given: object, used: object): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(used, name)) fail('corrupt-file', `the ${what} ${quote(name)} is not one of its kind`)
  }
}

/** What is built for a node: a table, or a placeholder for one whose numbers are read later. */
interface Built {
  readonly rows: number
  readonly dim: number
  readonly held?: number | undefined
  readonly tensors: object
  readonly children: object
}

/** How nodes of one kind are built from tensors `T` and children `N`. */
interface Builder<T, N> {
  load(config: JsonObject, tensors: Readonly<Record<string, T>>, children: Readonly<Record<string, N>>): N
}

/** How much of their common limits the tables of a file have used so far. */
export interface Taken {
  nodes: number
  held: number
}

/**
 * The table of a manifest's tree, over the tensors of the file. The limits hold for all tables that are built with one `taken`.
 *
 * Throws `unsupported` for a kind that is not in `kinds`, and `corrupt-file`, naming the node.
 */
export function buildTable<T, N extends Built>(
  root: ManifestNode,
  tensors: ReadonlyMap<string, Readonly<Record<string, T>>>,
  kinds: ReadonlyMap<string, Builder<T, N>>,
  taken: Taken = { nodes: 0, held: 0 }
): N {
  const used = new Set<string>()

  function build(node: Json, path: string, depth: number): N {
    const where = path === '' ? 'the root of the table' : `node ${quote(path)}`
    if (++taken.nodes > maxNodes) fail('corrupt-file', `${where}: more than ${maxNodes} nodes`)
    if (depth > maxDepth) fail('corrupt-file', `${where}: deeper than ${maxDepth} levels`)
    const { kind, config = {}, children = {} }: JsonObject = isObject(node) ? node : {}
    if (typeof kind !== 'string') fail('corrupt-file', `${where}: expected an object with a kind`)
    if (!isObject(config)) fail('corrupt-file', `${where}: config must be an object`)
    if (!isObject(children)) fail('corrupt-file', `${where}: children must be an object`)
    const found = kinds.get(kind)
    if (!found) {
      const known = [...kinds.keys()].join(', ')
      fail('unsupported', `${where}: kind ${quote(kind)}, not ${known}: pass its TableKind in options.kinds`)
    }
    const own = tensors.get(path) ?? {}
    used.add(path)
    const built = record<N>()
    for (const [name, child] of Object.entries(children)) {
      if (!isName(name) || (path === '' && reserved.includes(name))) {
        fail('corrupt-file', `${where}: ${quote(name)} is no name of a child`)
      }
      built[name] = build(child, path === '' ? name : `${path}.${name}`, depth + 1)
    }
    try {
      const table = found.load(config, own, built)
      checkShape(kind, table.rows, table.dim)
      taken.held += table.held ?? 0
      if (taken.held > maxHeld) fail('bad-input', `more than ${maxHeld} values to be held decoded`)
      checkUsed('tensor', own, table.tensors)
      checkUsed('child', children, table.children)
      return table
    } catch (error) {
      return asCorrupt(error, where)
    }
  }

  const table = build(root as ManifestNode & JsonObject, '', 1)
  for (const [path, own] of tensors) {
    const [name] = Object.keys(own)
    if (!used.has(path)) fail('corrupt-file', `tensor ${quote(`${path}.${name}`)}: the table has no such node`)
  }
  return table
}
