import { type SafetensorsHeader, type TableKind, tableKinds } from '@slimbed/runtime'

/** Kinds that not every table has, and what brings them: a page gets their code when a file needs it. */
const bringing: readonly (readonly [names: string, bring: () => Promise<readonly TableKind[]>])[] = [
  [
    'trellis bitshift householder codebook offset scale',
    async () => (await import('@slimbed/runtime/trellis')).trellisKinds
  ],
  ['hadamard gaussian', async () => (await import('@slimbed/runtime/rotate')).rotateKinds],
  ['nonuniform', async () => (await import('@slimbed/runtime/nonuniform')).nonuniformKinds],
  ['concat', async () => (await import('@slimbed/runtime/pq')).pqKinds],
  ['packed-partition', async () => (await import('@slimbed/runtime/prune')).pruneKinds]
]

/** The kinds that every table may have, those of `own`, and those that the header of a file names besides. */
export async function kindsFor({ metadata }: SafetensorsHeader, own: readonly TableKind[]): Promise<TableKind[]> {
  const named = new Set(
    Array.from((metadata.get('slimbed') ?? '').matchAll(/"kind":\s*"([a-z-]+)"/g), ([, name]) => name)
  )
  for (const { kind } of own) named.delete(kind)
  const needed = bringing.filter(([names]) => names.split(' ').some((name) => named.has(name)))
  const brought = await Promise.all(needed.map(([, bring]) => bring()))
  return [...tableKinds, ...brought.flat(), ...own]
}
