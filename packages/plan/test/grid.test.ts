import { readFileSync } from 'node:fs'
import { type Compressor, type CompressorPlugin, compress, createTensor, matrixFrom, pipeline } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { bytesSource, readVectors } from '@slimbed/io'
import { lowrank } from '@slimbed/lowrank'
import { pq } from '@slimbed/pq'
import { rotate } from '@slimbed/rotate'
import { sample } from '@slimbed/sample'
import { trellis } from '@slimbed/trellis'
import { afterAll, expect, test } from 'vitest'
import { plan } from '../src/index.js'

const tensor = await createTensor({ backend: 'wasm', threads: 1 })
afterAll(() => tensor.close())

// The study of docs/choosing.md has whole tables, five sizes, and a grid of all kinds.
const [rows, dim] = [1600, 32]
const { matrix: whole } = await readVectors(bytesSource('sample', readFileSync(sample.vectors)))
const data = new Float32Array(rows * dim)
const read = await whole.read(0, rows)
for (let row = 0; row < rows; row++) data.set(read.subarray(row * whole.dim, row * whole.dim + dim), row * dim)
const matrix = matrixFrom(rows, dim, data)

// biome-ignore lint/suspicious/noExplicitAny: plugins of a list have schemas of their own
const compressors: readonly CompressorPlugin<any>[] = [fixedpoint, lowrank, pq, rotate, trellis]

/** Pipelines of one and two stages in `bits` bits a value. */
function gridAt(bits: number): Compressor[] {
  const whole = Math.floor(bits)
  const codes = { bits: whole, clip: 'mse' } as const
  const rank = Math.floor(0.5 * dim)
  return [
    trellis({ bits }),
    trellis({ bits, clusters: 0 }),
    pipeline(rotate(), trellis({ bits })),
    fixedpoint(codes),
    fixedpoint({ ...codes, scale: 'column', mode: 'affine' }),
    fixedpoint({ bits: whole, levels: 'lloyd' }),
    pipeline(rotate(), fixedpoint({ bits: whole, levels: 'lloyd' })),
    pq({ parts: Math.min(dim, Math.max(1, Math.floor((bits * rows * dim - 32 * 16 * dim) / (4 * rows)))), bits: 4 }),
    pipeline(lowrank({ rank }), trellis({ bits: 2 * bits })),
    pipeline(lowrank({ rank }), fixedpoint({ bits: 2 * whole, scale: 'column', clip: 'mse' }))
  ]
}

test.each([5, 10])(
  '%d times smaller: no pipeline of a grid loses a fiftieth less, and the file is within a hundredth below',
  async (ratio) => {
    const target = Math.floor((4 * rows * dim) / ratio)
    const { chosen } = await plan(matrix, compressors, { target, tensor })
    expect(chosen.file.length).toBeLessThanOrEqual(target)
    expect(chosen.file.length).toBeGreaterThan(0.99 * target)
    let [least, fitting] = [Infinity, 0]
    for (const compressor of gridAt((8 * (target - 2600)) / (rows * dim))) {
      let bytes = 0
      const sink = {
        write: async (part: Uint8Array, at: number) => {
          bytes = Math.max(bytes, at + part.length)
        }
      }
      const { measured } = await compress(matrix, compressor, { tensor, sink })
      if (bytes > target) continue
      fitting++
      least = Math.min(least, measured.relativeError ** 2)
    }
    expect(fitting).toBeGreaterThan(5)
    expect(chosen.loss).toBeLessThanOrEqual(1.02 * least)
  }
)
