import { compress, createTensor, matrixFrom } from '@slimbed/core'
import { falling, floatsToPython, pythonWith, runPython } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { opq, pq } from '../src/index.js'

const [rows, dim, parts] = [1200, 12, 3]

/** The share of the squared norm that faiss loses, with its default numbers of iterations. */
const program = `
import json, sys
import faiss
import numpy as np
faiss.omp_set_num_threads(1)
x = np.frombuffer(sys.stdin.buffer.read(), '<f4').reshape(${rows}, ${dim})
def loss(rotation):
    index = faiss.IndexPQ(${dim}, ${parts}, 4)
    if rotation:
        index = faiss.IndexPreTransform(faiss.OPQMatrix(${dim}, ${parts}), index)
    index.train(x)
    index.add(x)
    return float(((index.reconstruct_n(0, ${rows}).astype('f8') - x) ** 2).sum() / (x.astype('f8') ** 2).sum())
print(json.dumps([loss(False), loss(True)]))
`

const faiss = pythonWith('faiss')
const title = faiss ? '' : ' (skipped: there is no Python with faiss)'
test.skipIf(!faiss)(
  `pq loses at most 1 % more than faiss does, opq no more${title}`,
  { timeout: 120_000 },
  async () => {
    const tensor = await createTensor({ backend: 'wasm', threads: 1 })
    for (const seed of [1]) {
      const data = falling(rows, dim, seed)
      const [plain, rotated] = runPython(faiss, ['-c', program], floatsToPython(data)) as [number, number]
      const lossOf = async (stage: ReturnType<typeof pq>) =>
        (await compress(matrixFrom(rows, dim, data), stage, { tensor, seed })).measured.relativeError ** 2
      expect(await lossOf(pq({ parts, bits: 4 }))).toBeLessThan(1.01 * plain)
      expect(await lossOf(opq({ parts, bits: 4 }))).toBeLessThan(rotated)
    }
    await tensor.close()
  }
)
