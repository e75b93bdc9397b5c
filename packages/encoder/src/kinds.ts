import { type SafetensorsHeader, type TableKind, tableKinds } from '@slimbed/runtime'

type Bring = () => Promise<readonly TableKind[]>

const trellis: Bring = async () => (await import('@slimbed/runtime/trellis')).trellisKinds
const rotate: Bring = async () => (await import('@slimbed/runtime/rotate')).rotateKinds
const nonuniform: Bring = async () => (await import('@slimbed/runtime/nonuniform')).nonuniformKinds
const pq: Bring = async () => (await import('@slimbed/runtime/pq')).pqKinds
const prune: Bring = async () => (await import('@slimbed/runtime/prune')).pruneKinds

/** What brings a kind that not every table has: a page gets its code when a file needs it. */
const bringing: ReadonlyMap<string, Bring> = new Map([
  ['trellis', trellis],
  ['bitshift', trellis],
  ['householder', trellis],
  ['codebook', trellis],
  ['offset', trellis],
  ['scale', trellis],
  ['hadamard', rotate],
  ['gaussian', rotate],
  ['nonuniform', nonuniform],
  ['concat', pq],
  ['packed-partition', prune]
])

/** The kinds that every table may have, those of `own`, and those that the header of a file names besides. */
export async function kindsFor({ metadata }: SafetensorsHeader, own: readonly TableKind[]): Promise<TableKind[]> {
  const needed = new Set<Bring>()
  for (const [, name] of (metadata.get('slimbed') ?? '').matchAll(/"kind":\s*"([a-z-]+)"/g)) {
    const bring = bringing.get(name)
    if (bring && !own.some(({ kind }) => kind === name)) needed.add(bring)
  }
  const brought = await Promise.all([...needed].map((bring) => bring()))
  return [...tableKinds, ...brought.flat(), ...own]
}
