import { fail, quote } from '../check.js'
import { tensorsByNode } from './build.js'
import type { Manifest, ManifestNode } from './manifest.js'
import type { SafetensorsEntry, SafetensorsHeader } from './safetensors.js'

/** The parts of a file that belong to one table: its tree, and the tensors of its nodes, of the words and of `extra`. */
export type Picked<Stored> = readonly [
  node: ManifestNode,
  nodes: Map<string, Record<string, Stored>>,
  words: Record<string, Stored> | undefined,
  extra: Record<string, Stored> | undefined
]

/** The tree of the chosen table, and the prefix of the names of its tensors. */
function choose({ table, tables = {} }: Manifest, name: string | undefined): [ManifestNode, string] {
  if (table && name === undefined) return [table, '']
  const names = Object.keys(tables)
  const chosen = name ?? (names.length === 1 ? names[0] : '')
  if (names.includes(chosen)) return [tables[chosen], `${chosen}/`]
  return fail('bad-input', `table ${quote(chosen)}: expected one of ${quote(names.join(', '))}`)
}

/**
 * Finds the table `name` in a file, or the only one; `view` is called for its tensors alone. Throws `bad-input` for a name that no
 * table has, or none where there are several.
 */
export function pickTable<Stored>(
  { tensors }: SafetensorsHeader,
  manifest: Manifest,
  name: string | undefined,
  view: (entry: SafetensorsEntry) => Stored
): Picked<Stored> {
  const [node, prefix] = choose(manifest, name)
  const stored = tensorsByNode(
    [...tensors].flatMap(([full, entry]) => {
      const own = full.startsWith(prefix)
      return own || full.startsWith('vocabulary.')
        ? [[own ? full.slice(prefix.length) : full, view(entry)] as const]
        : []
    })
  )
  const words = stored.get('vocabulary')
  stored.delete('vocabulary')
  const extra = manifest.extra && (stored.get('extra') ?? {})
  // Without an entry in the manifest these tensors belong to nothing, and `buildTable` refuses them.
  if (extra) stored.delete('extra')
  return [node, stored, words, extra]
}
