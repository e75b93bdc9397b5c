import { expect, test } from 'vitest'
import type { iiq } from '../src/index.js'
import { lossesOf, madeOf, pythonWith, rowsWithMean, runPython, tensorOfFile } from './support.js'

const tensor = tensorOfFile()
const [rows, dim] = [2000, 24]

/** The loss of a rotation: what the best multiple of the codes leaves of the rows, as a share of their squared norm. */
const start = `
import json, sys
import numpy as np
rows, dim = ${rows}, ${dim}
x = np.frombuffer(sys.stdin.buffer.read(), '<f4').reshape(rows, dim).astype('f8')
x = x - x.mean(0)
def loss(z):
    return float(1 - np.abs(z).sum() ** 2 / (z.size * (z ** 2).sum()))
`

const byHand = `${start}
r = np.linalg.qr(np.random.RandomState(0).randn(dim, dim))[0]
for _ in range(50):
    u, _, v = np.linalg.svd(x.T @ np.where(x @ r < 0, -1, 1))
    r = u @ v
print(json.dumps(loss(x @ r)))
`

const byFaiss = `${start}
import faiss
x = np.ascontiguousarray(x, 'f4')
itq = faiss.ITQMatrix(dim)
itq.train(x)
print(json.dumps(loss(itq.apply(x).astype('f8'))))
`

async function compared(python: string, program: string, seed: number, more: Parameters<typeof iiq>[0] = {}) {
  const data = rowsWithMean(rows, dim, seed)
  const { details } = await madeOf(tensor(), [rows, dim, data], { remove: 0, tolerance: 0, ...more }, seed)
  return lossesOf(details).at(-1) / Number(runPython(python, program, data))
}

const numpy = pythonWith('numpy')
const numpyTitle = numpy ? '' : ' (skipped: there is no Python with NumPy)'
test.skipIf(!numpy)(`the loss is within 1 % of that of an SVD in NumPy from another start${numpyTitle}`, async () => {
  for (const seed of [1, 2, 3]) expect(Math.abs((await compared(numpy!, byHand, seed)) - 1)).toBeLessThan(0.01)
})

const fasterTitle = `a fifth of the passes, accelerated, ends within 1 % of the loss of that SVD or below it${numpyTitle}`
test.skipIf(!numpy)(fasterTitle, async () => {
  for (const seed of [1, 2, 3]) {
    expect(await compared(numpy!, byHand, seed, { accelerate: 'always' })).toBeLessThan(1.01)
  }
})

// With u s vᵀ of Bᵀ X, faiss 1.7.3 takes u v for its next rotation, not u vᵀ, so its loss stays near that of the random rotation it began
// with, whatever its initial rotation and iterations, on word vectors (0.376, where ours is 0.302 after 20) as here: ours is lower.
const faiss = pythonWith('faiss')
const faissTitle = faiss ? '' : ' (skipped: there is no Python with faiss)'
test.skipIf(!faiss)(`the loss is at most 1 % above that of faiss ITQMatrix on the same data${faissTitle}`, async () => {
  for (const seed of [1, 2]) expect(await compared(faiss!, byFaiss, seed)).toBeLessThan(1.01)
})
