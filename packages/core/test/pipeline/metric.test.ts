import { expect, test } from 'vitest'
import {
  type Context,
  compress,
  createTensor,
  dense,
  matrixFrom,
  partition,
  pipeline,
  product
} from '../../src/index.js'

const metric = Float64Array.of(4, 1, 0, 1, 3, 0, 0, 0, 1)
const matrix = matrixFrom(
  4,
  3,
  Float32Array.from({ length: 12 }, (_, at) => at)
)
const right = Float32Array.of(1, 0, 2, 0, 1, 1)

/** A compressor that keeps what its contexts say, and leaves what it is given as it is. */
function spy(seen: Map<string, Float64Array | undefined>) {
  return {
    name: 'spy',
    config: {},
    async compress(given: typeof matrix, context: Context) {
      seen.set(context.path.join('.'), context.metric)
      return dense(given.rows, given.dim, await given.read(0, given.rows))
    }
  }
}

test('parts have the metric of the table, and what stands left of a product that of its right operand', async () => {
  const parts = {
    name: 'parts',
    config: {},
    compress: async () => {
      const left = dense(2, 2, new Float32Array(4))
      return partition(Uint8Array.of(0, 1, 0, 1), [product(left, dense(2, 3, right)), dense(2, 3, new Float32Array(6))])
    }
  }
  const seen = new Map<string, Float64Array | undefined>()
  const tensor = await createTensor({ threads: 1 })
  await compress(matrix, pipeline(parts, spy(seen)), { tensor, metric })
  expect(seen.get('1')).toEqual(metric)
  expect(seen.get('0.right')).toEqual(metric)
  // R M Rᵀ by hand, for the rows (1 0 2) and (0 1 1).
  expect(seen.get('0.left')).toEqual(Float64Array.of(8, 3, 3, 4))
  seen.clear()
  await compress(matrix, spy(seen), { tensor })
  expect(seen.get('')).toBeUndefined()
  await tensor.close()
})

test('a metric of another size, or with infinities, is refused', async () => {
  for (const odd of [new Float64Array(4), metric.map((value) => value / 0)]) {
    await expect(compress(matrix, spy(new Map()), { metric: odd })).rejects.toThrow('a metric of 3 × 3 finite numbers')
  }
})
