import { isSlimbedError, load, type Matrix, SlimbedError, type Table } from '@slimbed/runtime'
import { partsOf, tableBytes, valuesOf } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { save } from '../artefact/save.js'
import { materialize } from '../matrix/compute.js'
import { denseOf } from '../matrix/dense-of.js'
import { matrixFrom } from '../matrix/matrix-from.js'
import { compress } from '../pipeline/compress.js'
import { pipeline } from '../pipeline/pipeline.js'
import { randomAt } from '../pipeline/random.js'
import { applyStage } from '../pipeline/stage.js'
import type { Compressor } from '../plugin/compressor.js'
import { format } from '../plugin/format.js'
import { createRegistry } from '../plugin/registry.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { createTensor } from '../tensor/create.js'
import { halves, signs } from './stages.js'

/** The matrix that `conforms` compresses; choose one that the compressor's options fit. */
export interface ConformsOptions {
  /** 120 by default. */
  readonly rows?: number
  /** 16 by default. */
  readonly dim?: number
  /** Whether the table takes fewer bytes than the matrix; false for a compressor that only prepares the matrix for later stages. */
  readonly smaller?: boolean
}

interface Case {
  readonly compressor: Compressor
  readonly tensor: TensorAdapter
  readonly rows: number
  readonly dim: number
  readonly data: Float32Array
  readonly smaller: boolean
}

/** Rows with a falling spectrum, a shared mean, one zero row and one row twice. */
function sample(rows: number, dim: number): Float32Array {
  const random = randomAt(1, ['conforms'])
  const data = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dim; j++) data[i * dim + j] = (random() + random() - 0.9) / (1 + j)
  }
  data.fill(0, dim, Math.min(2, rows) * dim)
  if (rows > 3) data.copyWithin(3 * dim, 2 * dim, 3 * dim)
  return data
}

const weightsOf = (rows: number) => Float32Array.from({ length: rows }, (_, row) => 1 / (row + 1))

async function compressed({ compressor, tensor, rows, dim, data }: Case, seed = 7): Promise<Table> {
  const weights = weightsOf(rows)
  const root = denseOf(matrixFrom(rows, dim, data))
  const context = { path: [], weights, tensor, seed, random: randomAt(seed), progress: () => {} }
  return materialize(await applyStage(root, compressor, context))
}

const bytesOf = (table: Table) => save({ table, provenance: { pipeline: 'conforms', seed: 7 } })

function rowsOf(table: Table): Float32Array {
  const out = new Float32Array(table.rows * table.dim)
  for (let row = 0; row < table.rows; row++) {
    table.readRow(row, out.subarray(row * table.dim, (row + 1) * table.dim))
  }
  return out
}

function expect(condition: boolean, message: string): void {
  if (!condition) throw new SlimbedError('bad-input', message)
}

const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.prototype.every.call(a, (value, i) => Object.is(value, b[i]))

/** Every promise that a compressor makes, by name; each throws when it is broken. */
const checks: Readonly<Record<string, (use: Case) => Promise<void>>> = {
  'the table has the shape of the matrix': async (use) => {
    const { rows, dim } = await compressed(use)
    const fits = dim === use.dim || use.compressor.similarityOnly === true
    expect(rows === use.rows && fits, `got ${rows} × ${dim} for ${use.rows} × ${use.dim}`)
  },
  'the table takes fewer bytes than the matrix': async (use) => {
    const bytes = tableBytes(await compressed(use))
    expect(bytes < use.rows * use.dim * 4 || !use.smaller, `${bytes} bytes, the matrix has ${use.rows * use.dim * 4}`)
  },
  'every value is finite': async (use) => {
    expect(rowsOf(await compressed(use)).every(Number.isFinite), 'a row holds NaN or Infinity')
  },
  'the same seed gives the same bytes': async (use) => {
    const [a, b] = [await bytesOf(await compressed(use)), await bytesOf(await compressed(use))]
    expect(same(a, b), 'two runs differ')
  },
  'compress makes the same table and measures it': async (use) => {
    const { compressor, tensor, rows, dim, data } = use
    const options = { tensor, seed: 7, weights: weightsOf(rows) }
    const { table, measured } = await compress(matrixFrom(rows, dim, data), compressor, options)
    expect(same(await bytesOf(await materialize(table)), await bytesOf(await compressed(use))), 'the tables differ')
    const known = compressor.similarityOnly === true || Number.isFinite(measured.relativeError)
    expect(known, `the relative error is ${measured.relativeError}`)
  },
  'the matrix is not changed': async (use) => {
    const before = use.data.slice()
    await compressed(use)
    expect(same(before, use.data), 'the rows that were read were written to')
  },
  'a saved table loads to the same rows': async (use) => {
    const table = await compressed(use)
    const { table: loaded } = load(await bytesOf(table), { kinds: optionalKinds })
    expect(same(rowsOf(table), rowsOf(loaded)), 'the rows differ after loading')
  },
  'it composes after another stage, or refuses to when it is similarityOnly': async (use) => {
    if (use.compressor.similarityOnly) {
      const made = compressed({ ...use, compressor: pipeline(halves(), use.compressor) })
      const refused = await made.then(
        () => false,
        (error: unknown) => isSlimbedError(error, 'bad-input')
      )
      return expect(refused, 'codes of their own were put in the place of parts of a table')
    }
    const table = await compressed({ ...use, compressor: pipeline(halves(), use.compressor) })
    expect(partsOf(table)?.parts.length === 2, `after a partition the root is ${table.kind}`)
    expect(rowsOf(table).every(Number.isFinite), 'a row holds NaN or Infinity')
  },
  'it composes before another stage': async (use) => {
    const root = denseOf(matrixFrom(use.rows, use.dim, use.data))
    const context = { path: [], tensor: use.tensor, seed: 7, random: randomAt(7), progress: () => {} }
    const first = await applyStage(root, use.compressor, context)
    if (!hasDense(first)) return
    const table = await materialize(await applyStage(first, signs(), context))
    expect(
      table.rows === use.rows && !hasDense(table),
      'a dense leaf was not replaced: children are open to later stages'
    )
    expect(rowsOf(table).every(Number.isFinite), 'a row holds NaN or Infinity')
  },
  'its config makes the same compressor': async ({ compressor }) => {
    const again = compressor.plugin?.(compressor.config as never)
    if (again) expect(JSON.stringify(again.config) === JSON.stringify(compressor.config), 'the configs differ')
  },
  'its spec reads back': async ({ compressor }) => {
    const { plugin } = compressor
    if (!plugin) return
    const spec = format(compressor)
    const again = createRegistry({ [plugin.id]: plugin }).parse(spec)
    expect(JSON.stringify(again.config) === JSON.stringify(compressor.config), `"${spec}" gives another config`)
  },
  'its candidates are options that it takes': async ({ compressor, rows, dim }) => {
    const { plugin } = compressor
    const variances = Float64Array.from({ length: dim }, (_, i) => 1 / (1 + i))
    for (const bits of [0.4, 1, 2.7, 8, 20]) {
      for (const followed of [false, true]) {
        for (const more of [{}, { weighted: true }, { fixed: true }, { near: true }, { near: true, fixed: true }]) {
          const wanted = { rows, dim, bits, followed, weighted: false, variances, ...more }
          const found = plugin?.candidates?.(wanted) ?? []
          for (const { options, rate } of found) {
            plugin?.({ ...options, ...(rate && { [rate.option]: rate.at(bits) }) } as never)
          }
        }
      }
    }
  },
  'unknown options are refused': async ({ compressor }) => {
    const { plugin } = compressor
    if (!plugin) return
    try {
      plugin({ 'no-such-option': 1 } as never)
    } catch (error) {
      return expect(isSlimbedError(error, 'unknown-option'), `not an unknown-option error: ${error}`)
    }
    expect(false, 'an unknown option was accepted')
  },
  'an aborted run stops': async (use) => {
    const context = { path: [], tensor: use.tensor, seed: 7, random: randomAt(7), progress: () => {} }
    try {
      const signal = AbortSignal.abort()
      await use.compressor.compress(matrixFrom(use.rows, use.dim, use.data), { ...context, signal })
    } catch (error) {
      return expect(isSlimbedError(error, 'aborted'), `not an aborted error: ${error}`)
    }
    expect(false, 'it ran to the end')
  },
  'a run that is interrupted reads no further': async (use) => {
    const { rows, dim, data, tensor } = use
    const interrupting = new AbortController()
    const matrix = matrixFrom(rows, dim, data)
    let more = 0
    const read: Matrix['read'] = (start, count) => {
      if (interrupting.signal.aborted) more++
      interrupting.abort()
      return matrix.read(start, count)
    }
    const context = { path: [], tensor, seed: 7, random: randomAt(7), progress: () => {} }
    try {
      await use.compressor.compress({ rows, dim, read }, { ...context, signal: interrupting.signal })
    } catch (error) {
      expect(isSlimbedError(error, 'aborted'), `not an aborted error: ${error}`)
    }
    // One read may have been under way.
    expect(more <= 1, `it read ${more} times more: call throwIfAborted(signal) between blocks`)
  }
}

const hasDense = (table: Table): boolean =>
  valuesOf(table) !== undefined || Object.values(table.children).some(hasDense)

/**
 * Checks that a compressor keeps every promise of the interface, on a small matrix with awkward rows; resolves to the
 * names of the checks.
 *
 * Rejects with `bad-input`, one line for each broken promise.
 */
export async function conforms(compressor: Compressor, options: ConformsOptions = {}): Promise<string[]> {
  const { rows = 120, dim = 16, smaller = true } = options
  const tensor = await createTensor({ backend: 'cpu' })
  const broken: string[] = []
  try {
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check({ compressor, tensor, rows, dim, data: sample(rows, dim), smaller })
      } catch (error) {
        broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  } finally {
    await tensor.close()
  }
  if (broken.length === 0) return Object.keys(checks)
  throw new SlimbedError('bad-input', `${compressor.name} does not conform:\n${broken.join('\n')}`)
}
