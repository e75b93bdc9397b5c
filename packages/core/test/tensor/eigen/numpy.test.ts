import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createTensor } from '../../../src/index.js'
import { matrixOf, product, randomDense, relative, transpose } from '../reference.js'

const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import numpy']).status === 0)

/** Runs a NumPy expression of `a`, a float64 matrix of `columns` columns. */
function numpy(data: Float64Array | Float32Array, columns: number, expression: string): Float64Array {
  const script = `
import sys, numpy as np
a = np.frombuffer(sys.stdin.buffer.read(), dtype='<f${data.BYTES_PER_ELEMENT}').astype('<f8').reshape(-1, ${columns})
sys.stdout.buffer.write(np.ascontiguousarray(${expression}, dtype='<f8').tobytes())`
  const input = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const { stdout, stderr, status } = spawnSync(python!, ['-c', script], { input, maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(stderr.toString())
  return new Float64Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength))
}

/** At least the sine of the largest angle between the spans of two sets of orthonormal rows. */
function angle(a: Float64Array, b: Float64Array, dim: number): number {
  const [from, onto] = [a, b].map((data) => ({ rows: data.length / dim, dim, data }))
  const shared = { rows: from.rows, dim: onto.rows, data: product(from, transpose(onto)) }
  return Math.sqrt(product(shared, onto).reduce((sum, x, i) => sum + (x - a[i]) ** 2, 0))
}

describe.skipIf(!python)('against NumPy (skipped where Python has none)', () => {
  it.each(['wasm', 'cpu'] as const)('gram on %s', async (backend) => {
    const tensor = await createTensor({ backend })
    const a = randomDense(20_000, 64, 1)
    const [sum] = await tensor.gram(matrixOf({ ...a, data: a.data.map((x, i) => x / (1 + (i % 64)) + 0.01) }))
    expect(
      relative(
        sum,
        numpy(
          a.data.map((x, i) => x / (1 + (i % 64)) + 0.01),
          64,
          'a.T @ a'
        )
      )
    ).toBeLessThan(1e-6)
    await tensor.close()
  })

  it('128 leading directions of 1024 × 1024 span what those of LAPACK span', async () => {
    const tensor = await createTensor({ backend: 'wasm' })
    const dim = 1024
    const table = randomDense(3000, dim, 2)
    const [symmetric] = await tensor.gram(
      matrixOf({ ...table, data: table.data.map((x, i) => x / Math.sqrt(1 + (i % dim))) })
    )
    const { values, vectors } = await tensor.eigh(symmetric, dim, 128)
    const lapack = numpy(symmetric, dim, 'np.vstack([np.linalg.eigh(a)[0][None, ::-1], np.linalg.eigh(a)[1].T[::-1]])')
    expect(relative(values, lapack.subarray(0, 128))).toBeLessThan(1e-12)
    expect(angle(vectors, lapack.slice(dim, dim + 128 * dim), dim)).toBeLessThan(1e-8)
    await tensor.close()
  })
})
