import { randomAt, save } from '@slimbed/core'
import { bytesSource, load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { runPython } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { faissTable } from '../../src/faiss/index.js'
import { readVectors } from '../../src/index.js'
import { farthest, indexOf, python, rowsOf, title } from './indices.js'

/** Prints an index that FAISS writes, in hexadecimal digits, and the rows that it reconstructs. */
const program = (make: string, parts: number, bits: number) => `
import json, os, tempfile
import faiss
import numpy as np
faiss.omp_set_num_threads(1)
x = np.random.RandomState(1).randn(600, 12).astype('f4')
index = ${make.replace('CODES', `faiss.IndexPQ(12, ${parts}, ${bits})`)}
index.train(x)
index.add(x[:50])
path = os.path.join(tempfile.mkdtemp(), 'index')
faiss.write_index(index, path)
print(json.dumps([open(path, 'rb').read().hex(), index.reconstruct_n(0, 50).reshape(-1).tolist()]))
`

const written = (make: string, parts: number, bits: number) => {
  const [hex, rows] = runPython(python, ['-c', program(make, parts, bits)]) as [string, number[]]
  return { bytes: Uint8Array.from(Buffer.from(hex, 'hex')), rows }
}

/** What is written of the artefact that holds an index's table. */
async function writtenAgain(bytes: Uint8Array): Promise<Uint8Array> {
  const { table } = load(await save({ table: faissTable(bytes), provenance: {} }), { kinds: optionalKinds })
  return indexOf(table)
}

describe.skipIf(!python)(`indices that FAISS writes${title}`, () => {
  test.each([
    [3, 8],
    [4, 4],
    [1, 6],
    [6, 5]
  ])('IndexPQ of %d parts of %d bits: the rows that it reconstructs, to the bit', async (parts, bits) => {
    const { bytes, rows } = written('CODES', parts, bits)
    expect(rowsOf(faissTable(bytes))).toEqual(rows)
    const { matrix, format } = await readVectors(bytesSource('index.faiss', bytes))
    expect([format, matrix.rows, matrix.dim]).toEqual(['faiss', 50, 12])
    expect([...(await matrix.read(3, 2))]).toEqual(rows.slice(36, 60))
    expect(await writtenAgain(bytes)).toEqual(bytes)
  })

  test('OPQ before it: the rows that it reconstructs', async () => {
    const { bytes, rows } = written('faiss.IndexPreTransform(faiss.OPQMatrix(12, 3), CODES)', 3, 4)
    expect(farthest(rowsOf(faissTable(bytes)), rows)).toBeLessThan(1e-5)
    expect(await writtenAgain(bytes)).toEqual(bytes)
  })

  test('what is cut short or has other lengths is refused, and what is read is what fits', () => {
    const { bytes } = written('faiss.IndexPreTransform(faiss.OPQMatrix(12, 3), CODES)', 3, 4)
    for (let size = 0; size < bytes.length; size++) {
      expect(() => faissTable(bytes.subarray(0, size)), `${size}`).toThrow(
        expect.objectContaining({ name: 'SlimbedError' })
      )
    }
    const random = randomAt(3)
    for (let i = 0; i < 3000; i++) {
      const damaged = bytes.slice()
      damaged[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8)
      try {
        expect(faissTable(damaged).rows).toBe(50)
      } catch (error) {
        expect(error).toMatchObject({ name: 'SlimbedError' })
      }
    }
  })

  test('other indices are named', () => {
    const { bytes } = written('faiss.IndexPreTransform(faiss.PCAMatrix(12, 12), CODES)', 3, 4)
    expect(() => faissTable(Uint8Array.from(bytes).fill(120, 0, 4))).toThrow('a FAISS index of type "xxxx"')
    expect(() => faissTable(bytes)).toThrow('the transform "Pcam"')
  })
})
