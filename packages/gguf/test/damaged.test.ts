import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomAt } from '@slimbed/core'
import { bytesSource, isSlimbedError } from '@slimbed/runtime'
import { floatBytes, ggufFile, normals, titleIf } from '@slimbed/testing'
import { afterAll, expect, test } from 'vitest'
import { ggufMatrix, readGgufHeader } from '../src/index.js'
import { bitsOf, floatsFromHex, haveGguf, reference } from './support.js'

const scratch = mkdtempSync(join(tmpdir(), 'slimbed-damaged-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const [rows, dim] = [3, 256]
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 60)
/** A table of most types that are read: number of the type, bytes of a row. */
const types = [
  [1, 512],
  [2, 144],
  [3, 160],
  [8, 272],
  [12, 144],
  [14, 210],
  [39, 136]
] as const
const name = 'token_embd.weight'
const models = [
  ggufFile({
    tokens: ['a', 'b', 'c'],
    tensors: [{ name, shape: [rows, dim], type: 0, data: floatBytes(normals(rows * dim, 1)) }]
  }),
  ...types.map(([type, size]) =>
    ggufFile({
      tokens: ['a', 'b', 'c'],
      tensors: [
        { name: 'x', shape: [40], type: 24, data: bytesOf(40) },
        { name, shape: [rows, dim], type, data: bytesOf(rows * size) }
      ]
    })
  )
]

/** A model with one to three bytes changed, most of them in its header. */
function damaged(i: number): Buffer {
  const random = randomAt(i, ['gguf'])
  const bytes = Buffer.from(models[Math.floor(random() * models.length)])
  for (let change = 0; change < 1 + (i % 3); change++) {
    const at = Math.floor(random() * (random() < 0.7 ? Math.min(300, bytes.length) : bytes.length))
    bytes[at] = random() < 0.5 ? bytes[at] ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256)
  }
  return bytes
}

async function valuesIn(bytes: Uint8Array): Promise<Float32Array | undefined> {
  try {
    const source = bytesSource('m', bytes)
    const matrix = ggufMatrix(source, await readGgufHeader(source))
    return await matrix.read(0, matrix.rows)
  } catch (error) {
    if (isSlimbedError(error)) return undefined
    throw error
  }
}

const count = 400

test.skipIf(!haveGguf)(
  titleIf(haveGguf, 'needs gguf-py')('damaged models are refused, or have the numbers that gguf-py finds'),
  async () => {
    const read = new Map<string, Float32Array>()
    for (let i = 0; i < count; i++) {
      const bytes = damaged(i)
      const values = await valuesIn(bytes)
      if (!values) continue
      const path = join(scratch, `${i}.gguf`)
      writeFileSync(path, bytes)
      read.set(path, values)
    }
    expect(read.size).toBeGreaterThan(count / 10)
    expect(read.size).toBeLessThan(count * 0.95)
    const others = reference(['read-all', name, ...read.keys()]) as Record<string, string | null>
    const compared = [...read].filter(([path]) => typeof others[path] === 'string')
    expect(compared.length).toBeGreaterThan(read.size / 2)
    for (const [path, values] of compared) {
      expect(Buffer.from(bitsOf(values).buffer).equals(Buffer.from(floatsFromHex(others[path]!).buffer)), path).toBe(
        true
      )
    }
  }
)
