import { checkShape, fail, isObject, quote } from './check.js'
import { isSlimbedError, SlimbedError } from './error.js'
import { type ManifestNode, maxDepth, maxNodes } from './manifest.js'
import type { Json, JsonObject, Table, TableKind, Tensors } from './table.js'
import type { Tensor } from './tensor.js'

/** What the names of children and tensors are made of. */
export const isName = (name: string): boolean => /^[A-Za-z0-9_-]+$/.test(name)

/** What no child of the root may be called: prefixes of tensors that are not the table's. */
export const reserved: readonly string[] = ['vocabulary', 'extra']

/** Tensors by the path of their node (`0.left`, the root is ''), then by their own name. */
export function tensorsByNode(tensors: Iterable<readonly [string, Tensor]>): Map<string, Record<string, Tensor>> {
  const nodes = new Map<string, [string, Tensor][]>()
  for (const [fullName, tensor] of tensors) {
    const dot = fullName.lastIndexOf('.')
    const path = fullName.slice(0, Math.max(dot, 0))
    const own = nodes.get(path) ?? []
    own.push([fullName.slice(dot + 1), tensor])
    nodes.set(path, own)
  }
  // fromEntries makes own properties of all names, `__proto__` too.
  return new Map([...nodes].map(([path, own]) => [path, Object.fromEntries(own)]))
}

/** Throws `corrupt-file` unless a node uses exactly the parts that the file gives it. */
function checkUsed(what: string, given: object, used: object): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(used, name)) fail('corrupt-file', `the ${what} ${quote(name)} is not one of its kind`)
  }
}

/**
 * The table of a manifest's tree, over the tensors of the file.
 *
 * Throws `unsupported` for a kind that is not in `kinds`, and `corrupt-file`, naming the node.
 */
export function buildTable(
  root: ManifestNode,
  tensors: ReadonlyMap<string, Tensors>,
  kinds: ReadonlyMap<string, TableKind>
): Table {
  let nodes = 0
  const used = new Set<string>()

  function build(node: Json, path: string, depth: number): Table {
    const where = path === '' ? 'the root of the table' : `node ${quote(path)}`
    if (++nodes > maxNodes) fail('corrupt-file', `${where}: more than ${maxNodes} nodes`)
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
    const built: [string, Table][] = []
    for (const [name, child] of Object.entries(children)) {
      if (!isName(name) || (path === '' && reserved.includes(name))) {
        fail('corrupt-file', `${where}: ${quote(name)} is no name of a child`)
      }
      built.push([name, build(child, path === '' ? name : `${path}.${name}`, depth + 1)])
    }
    try {
      const table = found.load(config, own, Object.fromEntries(built))
      checkShape(kind, table.rows, table.dim)
      checkUsed('tensor', own, table.tensors)
      checkUsed('child', children, table.children)
      return table
    } catch (error) {
      if (!isSlimbedError(error, 'corrupt-file') && !isSlimbedError(error, 'bad-input')) throw error
      throw new SlimbedError('corrupt-file', `${where}: ${error.message}`, { cause: error })
    }
  }

  const table = build(root as ManifestNode & JsonObject, '', 1)
  for (const [path, own] of tensors) {
    const [name] = Object.keys(own)
    if (!used.has(path)) fail('corrupt-file', `tensor ${quote(`${path}.${name}`)}: the table has no such node`)
  }
  return table
}
