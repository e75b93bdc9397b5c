import type { SpreadPass } from '@slimbed/core/tensor'
import { createPacking, unpack } from '../pack.js'
import { keys, type Store } from '../store.js'
import { createRooms } from './rooms.js'

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

/** What is under a key, if it is whole and of this pass; and its bytes, which its arrays are views of. */
async function load(store: Store, key: string, fingerprint: string, room?: Uint8Array) {
  const bytes = await store.get(key, room)
  const found = bytes && unpack(bytes)
  const whole = isObject(found) && found.fingerprint === fingerprint && found.sums instanceof Float64Array
  return whole ? { found, bytes } : undefined
}

/** A shard that was loaded, and the memory that it is in. */
export interface Loaded extends Shard {
  readonly bytes: Uint8Array
}

/** A shard of a pass, if it is in the store; in `room` if that is large enough. */
export async function loadShard(
  store: Store,
  run: string,
  pass: number,
  shard: number,
  fingerprint: string,
  room?: Uint8Array
): Promise<Loaded | undefined> {
  const { found, bytes } = (await load(store, keys.shard(run, pass, shard), fingerprint, room)) ?? {}
  return bytes && Array.isArray(found?.made) ? { ...(found as unknown as Shard), bytes } : undefined
}

/** The sums of a pass, if they are in the store. */
export const loadSums = async (
  store: Store,
  run: string,
  pass: number,
  fingerprint: string
): Promise<Float64Array | undefined> =>
  (await load(store, keys.sums(run, pass), fingerprint))?.found.sums as Float64Array | undefined

/** Does a shard of a pass, and packs it, in `room` if that is large enough. */
export async function makeShard<Made>(
  pass: SpreadPass<Made>,
  shard: number,
  fingerprint: string,
  room?: Uint8Array
): Promise<Uint8Array> {
  const start = shard * pass.step
  const { keep, end } = createPacking(room)
  const made: [number, unknown][] = []
  // Arrays may be used again for other rows: they are copied at once.
  const emit = (at: number, one: Made) => void made.push([at, keep(one)])
  const sums = await pass.part(start, Math.min(pass.step, pass.rows - start), emit, {})
  return end({ fingerprint, sums: keep(sums), made })
}

/** Shards of a pass in order, `ahead` of them being loaded while one is in use. Where what is visited is used briefly, so is their memory. */
export async function* shardsInOrder(
  { brief = false }: Pick<SpreadPass<unknown>, 'brief'>,
  count: number,
  ahead: number,
  loadOne: (index: number, room: Uint8Array | undefined) => Promise<Loaded>
): AsyncGenerator<Shard> {
  const rooms = createRooms(ahead + 1)
  const loading: Promise<Loaded>[] = []
  for (let next = 0, at = 0; at < count; at++) {
    for (; next < count && next <= at + ahead; next++) {
      const shard = loadOne(next, rooms.take())
      shard.catch(() => {})
      loading.push(shard)
    }
    const shard = await loading.shift()!
    yield shard
    if (brief) rooms.give(shard.bytes)
  }
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
