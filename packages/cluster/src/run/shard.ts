import type { SpreadPass } from '@slimbed/core/tensor'
import { pack, unpack } from '../pack.js'
import { keys, type Store } from '../store.js'

/** What a part of a pass made. */
export interface Shard {
  /** Of the pass. */
  readonly fingerprint: string
  readonly sums: Float64Array
  /** What was made of blocks of rows, and where these begin. */
  readonly made: readonly (readonly [number, unknown])[]
}

/** What a whole pass came to. */
export interface Sums {
  readonly fingerprint: string
  readonly sums: Float64Array
}

/** How many shards a pass has. */
export const shardsOf = ({ rows, step }: { readonly rows: number; readonly step: number }): number =>
  Math.ceil(rows / step)

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What is under a key, if it is whole and of this pass. */
async function load(store: Store, key: string, fingerprint: string): Promise<Record<string, unknown> | undefined> {
  const bytes = await store.get(key)
  const found = bytes && unpack(bytes)
  return isObject(found) && found.fingerprint === fingerprint && found.sums instanceof Float64Array ? found : undefined
}

/** A shard of a pass, if it is in the store. */
export async function loadShard(
  store: Store,
  run: string,
  pass: number,
  shard: number,
  fingerprint: string
): Promise<Shard | undefined> {
  const found = await load(store, keys.shard(run, pass, shard), fingerprint)
  return found && Array.isArray(found.made) ? (found as unknown as Shard) : undefined
}

/** The sums of a pass, if they are in the store. */
export const loadSums = async (
  store: Store,
  run: string,
  pass: number,
  fingerprint: string
): Promise<Float64Array | undefined> =>
  (await load(store, keys.sums(run, pass), fingerprint))?.sums as Float64Array | undefined

/** Does a shard of a pass, and packs it. */
export async function makeShard<Made>(pass: SpreadPass<Made>, shard: number, fingerprint: string): Promise<Uint8Array> {
  const start = shard * pass.step
  const made: [number, unknown][] = []
  const emit = (at: number, one: Made) => {
    // Its arrays may be used again for other rows.
    made.push([at, structuredClone(one)])
  }
  const sums = await pass.part(start, Math.min(pass.step, pass.rows - start), emit, {})
  return pack({ fingerprint, sums, made })
}

/** Hands on what a shard made, unless the pass ends before. Resolves to whether it has ended. */
export async function visitShard<Made>(
  { visit, ended = () => false }: SpreadPass<Made>,
  { made }: Shard
): Promise<boolean> {
  for (const [at, one] of made) {
    if (ended()) return true
    await visit?.(at, one as Made)
  }
  return ended()
}
