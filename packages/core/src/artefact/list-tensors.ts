import {
  type Extra,
  type Json,
  SlimbedError,
  type Table,
  type Tensor,
  type Tensors,
  type Vocabulary
} from '@slimbed/runtime'
import { bytesPerElement, elements, isName, maxDepth, maxNodes, packWords, reserved } from '@slimbed/runtime/format'
import { walk } from '@slimbed/runtime/kinds'
import { lazyOf } from '../matrix/lazy.js'
import type { Contents, Part, PlainTensor } from './contents.js'

/** What the names of the tensors of the words begin with. */
export const wordPrefix = 'vocabulary.'

function refuse(message: string): never {
  throw new SlimbedError('bad-input', `save: ${message}`)
}

/** Whether a value contains NaN or Infinity, which JSON does not have. */
const lossy = (value: Json): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' && !!value && Object.values(value).some(lossy)

function checkNode(path: readonly string[], table: Table): void {
  const where = path.length === 0 ? 'the root' : `node "${path.join('.')}"`
  if (path.length >= maxDepth) refuse(`${where} is deeper than ${maxDepth} levels`)
  for (const name of [...path.slice(-1), ...Object.keys(table.tensors)]) {
    if (!isName(name)) refuse(`${where}: names are made of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`)
  }
  if (path.length === 1 && reserved.includes(path[0])) refuse(`a child of the root cannot be called "${path[0]}"`)
  if (lossy(table.config)) refuse(`${where}: config holds a number that JSON cannot`)
}

/** A tensor without its place; `element` is the bytes of one element, below 1 for packed types. */
export type Unplaced = Omit<Part, 'begin' | 'end'> & { readonly bytes: number; readonly element: number }

const sized = (name: string, { dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>, source: Part['source']): Unplaced => ({
  name,
  dtype,
  shape,
  source,
  bytes: elements(shape) * bytesPerElement[dtype],
  element: bytesPerElement[dtype]
})

/** A tensor in memory, under its full name. Throws `bad-input` if its data has another length than its shape says. */
function held(name: string, tensor: Tensor): Unplaced {
  const { shape, data } = tensor
  if (data.length !== elements(shape)) refuse(`tensor "${name}" is [${shape}] but has ${data.length} elements`)
  return sized(name, tensor, tensor)
}

function tensorsOfExtra({ config, tensors }: Extra): Unplaced[] {
  if (lossy(config)) refuse('extra: config holds a number that JSON cannot')
  return Object.entries(tensors).map(([name, tensor]) => {
    if (!isName(name)) refuse(`extra: names are made of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`)
    return held(`extra.${name}`, tensor)
  })
}

function tensorsOfTable(table: Table, prefix: string): Unplaced[] {
  const found: Unplaced[] = []
  let nodes = 0
  for (const { path, table: node } of walk(table)) {
    if (++nodes > maxNodes) refuse(`a table has at most ${maxNodes} nodes`)
    checkNode(path, node)
    const lazy = lazyOf(node)
    for (const [key, tensor] of Object.entries(node.tensors)) {
      const name = prefix + [...path, key].join('.')
      // Data of a lazy table may not be there yet.
      if (!lazy) found.push(held(name, tensor))
      else if (!lazy.stored) found.push(sized(name, tensor, (!lazy.passedOn && lazy.rows) || tensor))
      else {
        const { dtype, shape } = tensor
        const { bytes } = sized(name, tensor, tensor)
        found.push(sized(name, tensor, { name, dtype, shape, bytes, chunks: lazy.stored }))
      }
    }
  }
  return found
}

/** Packed words: a file that is written while it is computed is planned twice. */
const packed = new WeakMap<Vocabulary, Tensors>()

function tensorsOfWords(words: Vocabulary, tables: readonly Table[]): Unplaced[] {
  const odd = tables.find(({ rows }) => rows !== words.size)
  if (odd) refuse(`${words.size} words for a table of ${odd.rows} rows`)
  const tensors = packed.get(words) ?? packWords(words)
  packed.set(words, tensors)
  return Object.entries(tensors).map(([name, tensor]) => held(wordPrefix + name, tensor))
}

/** Throws `bad-input` for a name that a table or the vocabulary uses, and for one that two tensors have. */
function checkNames(tensors: readonly PlainTensor[], tables: ReadonlyMap<string, Table>): void {
  const seen = new Set(tables.keys())
  if (seen.has('')) refuse('a table needs a name')
  for (const { name } of tensors) {
    const taken = name.startsWith(wordPrefix) || [...tables.keys()].find((table) => name.startsWith(`${table}/`))
    if (taken || name === '__metadata__') refuse(`a tensor cannot be called ${JSON.stringify(name)} here: rename it`)
    if (seen.has(name)) refuse(`two tensors are called ${JSON.stringify(name)}`)
    seen.add(name)
  }
}

/** Every tensor of a file, in no particular order. Throws `bad-input` for contents that a file cannot hold. */
export function listTensors({ table, tables = new Map(), tensors = [], vocabulary, extra }: Contents): Unplaced[] {
  checkNames(tensors, tables)
  const all = [...(table ? [table] : []), ...tables.values()]
  return [
    ...(table ? tensorsOfTable(table, '') : []),
    ...[...tables].flatMap(([name, own]) => tensorsOfTable(own, `${name}/`)),
    ...(vocabulary ? tensorsOfWords(vocabulary, all) : []),
    ...(extra ? tensorsOfExtra(extra) : []),
    ...tensors.map((own) => {
      const { name, dtype, shape, bytes } = own
      // Tensors without elements come first, where any alignment is possible.
      const element = bytes === 0 ? 8 : bytes / elements(shape)
      return { name, dtype, shape, bytes, source: own, element }
    })
  ]
}
