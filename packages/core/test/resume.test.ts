import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedpoint } from '../../fixedpoint/src/index.js'
import { groupreduce } from '../../groupreduce/src/index.js'
import { lowrank } from '../../lowrank/src/index.js'
import type { ReadableSink } from '../src/artefact/index.js'
import { compress, createTensor, type JsonObject, type Matrix, matrixFrom, pipeline } from '../src/index.js'
import { createResumable } from '../src/resume/index.js'

// A segment is 32,768 rows of these.
const [rows, dim] = [120_000, 8]

const values = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin((i % 9973) ** 2))

/** With `tiny`, a scale of the last rows is no half float. */
const matrixOf = (tiny: boolean): Matrix =>
  matrixFrom(rows, dim, tiny ? values.map((value, i) => (i >= (rows - 3) * dim ? value * 1e-9 : value)) : values)

/** Writes into `bytes`; the run is cut off at the step of this number: a write, or an entry. */
function hostOf(bytes: Uint8Array, entries: JsonObject[], cut: number) {
  let steps = 0
  const step = () => {
    if (steps++ === cut) throw new Error('killed')
  }
  const sink: ReadableSink = {
    async write(chunk, at) {
      step()
      bytes.set(chunk, at)
    },
    read: async (at, length) => bytes.slice(at, at + length)
  }
  const journal = {
    entries: [...entries],
    due: () => true,
    async append(entry: JsonObject) {
      step()
      // As through a file.
      entries.push(JSON.parse(JSON.stringify(entry)))
    }
  }
  return { sink, journal, steps: () => steps }
}

async function run(compressor: ReturnType<typeof pipeline>, tiny: boolean, host: ReturnType<typeof hostOf>) {
  const resumable = createResumable()
  resumable.begin(host.journal)
  const tensor = await createTensor({ backend: 'wasm', threads: 1, spread: resumable.spread })
  try {
    return await compress(matrixOf(tiny), compressor, { sink: host.sink, tensor, resumable })
  } finally {
    await tensor.close()
  }
}

test.each([
  ['codes', fixedpoint({ bits: 4 }), false],
  ['codes whose scales turn out to need float32', fixedpoint({ bits: 4 }), true],
  ['factors', lowrank({ rank: 3 }), false],
  ['quantized factors', pipeline(lowrank({ rank: 3 }), fixedpoint({ bits: 4 })), false],
  ['quantized factors whose scales need float32', pipeline(lowrank({ rank: 3 }), fixedpoint({ bits: 4 })), true],
  ['half floats', fixedpoint({ format: 'f16' }), false],
  ['groups', pipeline(groupreduce({ groups: 2, ratio: 2, iterations: 0 }), fixedpoint({ bits: 8 })), false]
] as const)(
  '%s: cut off anywhere, the next run gives the same bytes',
  async (_, compressor, tiny) => {
    const fresh = () => new Uint8Array(2 ** 23)
    const whole = fresh()
    const host = hostOf(whole, [], Number.POSITIVE_INFINITY)
    const { sizes, measured } = await run(compressor, tiny, host)
    const plainBytes = fresh()
    const tensor = await createTensor({ backend: 'wasm', threads: 1 })
    await compress(matrixOf(tiny), compressor, { tensor, sink: hostOf(plainBytes, [], Number.POSITIVE_INFINITY).sink })
    await tensor.close()
    expect(Buffer.compare(plainBytes, whole)).toBe(0)
    const cut = fc.nat({ max: host.steps() - 1 })
    await fc.assert(
      fc.asyncProperty(cut, cut, async (first, second) => {
        const [bytes, entries]: [Uint8Array, JsonObject[]] = [fresh(), []]
        for (const at of [first, second]) {
          await run(compressor, tiny, hostOf(bytes, entries, at)).catch((error: Error) => {
            expect(error.message).toContain('killed')
          })
        }
        const last = hostOf(bytes, entries, Number.POSITIVE_INFINITY)
        expect((await run(compressor, tiny, last)).measured).toEqual(measured)
        expect(Buffer.compare(bytes.subarray(0, sizes.file), whole.subarray(0, sizes.file))).toBe(0)
      }),
      { numRuns: 3 }
    )
  },
  120_000
)
