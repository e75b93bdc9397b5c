// Milliseconds of the eigenpairs of a symmetric matrix, the leading ones and all, beside ml-matrix; the first round is that of a fresh
// process. After a build: node packages/core/test/tensor/eigen/eigh.bench.mjs [dim=300] [count=75] [rounds=4]
import { createTensor } from '@slimbed/core'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

const [dim = 300, count = 75, rounds = 4] = process.argv.slice(2).map(Number)
const rows = Float32Array.from({ length: 2 * dim * dim }, (_, i) => Math.sin(i * i * 1.3) / (1 + (i % dim)))
const tensor = await createTensor()
const matrix = { rows: 2 * dim, dim, read: async (start, count) => rows.subarray(start * dim, (start + count) * dim) }
const [gram] = await tensor.gram(matrix)

const timed = async (compute) => {
  const start = performance.now()
  await compute()
  return (performance.now() - start).toFixed(0).padStart(6)
}
console.log(`${dim} × ${dim}: ms for ${count} pairs, all pairs, all by ml-matrix`)
for (let round = 0; round < rounds; round++) {
  console.log(
    await timed(() => tensor.eigh(gram, dim, count)),
    await timed(() => tensor.eigh(gram, dim)),
    await timed(() => new EigenvalueDecomposition(Matrix.from1DArray(dim, dim, gram), { assumeSymmetric: true }))
  )
}
await tensor.close()
