import { load, loadUrl, openUrl, rows, type Table } from '@slimbed/runtime'
import { factorsOf } from '@slimbed/runtime/kinds'
import { accelerate } from '@slimbed/runtime/simd'
import { trellisKinds } from '@slimbed/runtime/trellis'

/** What rows are looked up in: the table of a file, the same with SIMD, or its values in one Float32Array. */
export type Mode = 'table' | 'simd' | 'copy'

/** A lookup of `count` rows in batches of 1,000. */
export interface Lookup {
  readonly mode: Mode
  readonly count: number
  /** `coefficients`: rows as they are before they are rotated back, of an entropy-coded table; `rows` unless given. */
  readonly space?: 'rows' | 'coefficients'
  /** `random` unless given. */
  readonly order?: 'random' | 'sequential'
}

/** Seconds that have passed by some clock. */
export type Clock = () => number

/** The operand of a product, without the offset around it, that has its coefficients. */
export function coefficientsOf(table: Table): Table {
  const { source } = table.shifted?.() ?? { source: table }
  const factors = factorsOf(source)
  if (!factors) throw new Error(`a ${source.kind} has no coefficients`)
  return factors.left
}

const batch = 1000

/** Copies rows of an array of all values. */
function copies(table: Table): (ids: Uint32Array, out: Float32Array) => void {
  const { dim } = table
  const values = rows(
    table,
    Array.from({ length: table.rows }, (_, row) => row)
  )
  return (ids, out) => {
    for (let i = 0; i < ids.length; i++) out.set(values.subarray(ids[i] * dim, (ids[i] + 1) * dim), i * dim)
  }
}

/** Seconds that looking up rows of a file takes, the same rows in every mode; a tenth of them comes first, untimed. */
export function measureLookup(file: Uint8Array, lookup: Lookup, now: Clock): number {
  const { mode, count, space = 'rows', order = 'random' } = lookup
  const loaded = load(file, { kinds: trellisKinds }).table
  const whole = mode === 'simd' ? accelerate(loaded) : loaded
  const table = space === 'coefficients' ? coefficientsOf(whole) : whole
  const look = mode === 'copy' ? copies(table) : (ids: Uint32Array, out: Float32Array) => rows(table, ids, out)
  const out = new Float32Array(batch * table.dim)
  let state = 1
  const ids = Uint32Array.from({ length: count }, (_, i) => {
    if (order === 'sequential') return i % table.rows
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * table.rows)
  })
  const pass = (end: number) => {
    for (let at = 0; at < end; at += batch) look(ids.subarray(at, Math.min(at + batch, end)), out)
  }
  pass(count / 10)
  const start = now()
  pass(count)
  return now() - start
}

/** Seconds from the bytes of a file in memory to the vector of one of its words, and bytes of array buffers that this has cost. */
export function measureFirstVector(file: Uint8Array, word: string): { seconds: number; vector: Float32Array } {
  const start = performance.now()
  const { table, vocabulary } = load(file, { kinds: trellisKinds })
  const vector = new Float32Array(table.dim)
  table.readRow(vocabulary!.find(word), vector)
  return { seconds: (performance.now() - start) / 1000, vector }
}

/** Seconds from asking a server for a file, whole or by ranges, to the vector of one of its words. */
export async function measureFetchedVector(
  url: string,
  word: string,
  by: 'whole' | 'ranges'
): Promise<{ seconds: number; vector: Float32Array }> {
  const start = performance.now()
  const options = { kinds: trellisKinds }
  let vector: Float32Array
  if (by === 'whole') {
    const { table, vocabulary } = await loadUrl(url, options)
    vector = rows(table, [vocabulary!.find(word)])
  } else {
    const { table, vocabulary } = await openUrl(url, options)
    vector = await table.read([vocabulary!.find(word)])
  }
  return { seconds: (performance.now() - start) / 1000, vector }
}
