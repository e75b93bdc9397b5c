import { createTensor, matrixFrom, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lowrank } from '../src/index.js'
import { contextWith, falling, hasNumpy, hasVectors, readVectors, runPython, vectorsFile } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor()
})
afterAll(() => tensor.close())

/** The (weighted) relative errors of NumPy's truncated SVD for ranks 1, 2, …; weights come after the values. */
const programFor = (rows: number, dim: number) => `
import json, sys
import numpy as np
rows, dim = ${rows}, ${dim}
x = np.frombuffer(sys.stdin.buffer.read(), '<f4').astype('f8')
a, w = x[:rows * dim].reshape(rows, dim), x[rows * dim:]
q = np.sqrt(w)[:, None]
u, s, v = np.linalg.svd(q * a, full_matrices=False)
errors = []
for k in range(1, min(rows, dim)):
    b = (u[:, :k] * s[:k] / q) @ v[:k]
    errors.append(float(np.linalg.norm(q * (a - b)) / np.linalg.norm(q * a)))
print(json.dumps(errors))
`

const numpyTitle = titleIf(hasNumpy, 'there is no Python with NumPy')

test.skipIf(!hasNumpy).each([
  [300, 24, false],
  [300, 24, true],
  [24, 300, false],
  [24, 300, true]
])(
  numpyTitle("%i × %i: errors are those of NumPy's truncated SVD at every rank, weighted: %s"),
  async (rows, dim, weighted) => {
    const data = falling(rows, dim, 11)
    const weights = Float32Array.from({ length: rows }, (_, row) => (weighted ? 1000 / (row + 1) : 1))
    const expected = runPython(programFor(rows, dim), data, weights) as number[]
    const matrix = matrixFrom(rows, dim, data)
    for (const [i, error] of expected.entries()) {
      const table = await lowrank({ rank: i + 1, weighted }).compress(matrix, contextWith(tensor, { weights }))
      const { weightedError } = await measure(matrix, table, { tensor, weights })
      expect(weightedError! / error, `rank ${i + 1}`).toBeLessThan(1.0001)
      expect(weightedError! / error, `rank ${i + 1}`).toBeGreaterThan(0.9999)
    }
  }
)

const here = hasNumpy && hasVectors
const dataTitle = titleIf(here, 'needs NumPy and the test data, see SLIMBED_DATA')

test.skipIf(!here)(dataTitle("rank 75 of 41k × 300 real vectors: within 0.1 % of NumPy's SVD"), async () => {
  const expected = runPython(`
import numpy as np
s = np.linalg.svd(np.load(${JSON.stringify(vectorsFile)}).astype('f4'), compute_uv=False).astype('f8') ** 2
print(float(np.sqrt(s[75:].sum() / s.sum())))
`) as number
  const data = readVectors()
  const matrix = matrixFrom(data.length / 300, 300, data)
  const table = await lowrank({ rank: 75 }).compress(matrix, contextWith(tensor))
  const { relativeError } = await measure(matrix, table, { tensor })
  expect(relativeError / expected).toBeLessThan(1.001)
  expect(relativeError / expected).toBeGreaterThan(0.999)
})
