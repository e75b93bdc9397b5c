import { gzipSync } from 'node:zlib'
import { parseSafetensors } from '@slimbed/runtime'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { artefactTables, bytesSource, encodeModel, matrixTensor, readModel, storedPlain } from '../../src/index.js'
import { allOf, collect, matrixOver, refusal, utf8, written } from '../support.js'

const plain = (name: string, dtype: string, shape: number[], data: ArrayBufferView) => {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return storedPlain(bytesSource('in', bytes), { name, dtype, shape, begin: 0, end: bytes.length })
}

const tensors = [
  plain('ids', 'I64', [2], BigInt64Array.of(1n, -2n)),
  matrixTensor('a.weight', matrixOver(Float32Array.of(1, 2, 3, 4, 5, 6), 3)),
  plain('half', 'F16', [1, 2], Uint16Array.of(0x3c00, 0xc000)),
  plain('mask', 'BOOL', [3], Uint8Array.of(1, 0, 1)),
  plain('empty', 'F32', [0, 3], new Float32Array())
]

async function modelFile(): Promise<Uint8Array> {
  const sink = collect()
  const size = await encodeModel(tensors, new Map([['format', 'pt']]), sink)
  expect(sink.bytes().length).toBe(size)
  return sink.bytes()
}

test('a model is written and read again, tensor by tensor', async () => {
  const file = await modelFile()
  for (const bytes of [file, gzipSync(file)]) {
    const model = await readModel(bytesSource('in', bytes))
    expect([...model.metadata]).toEqual([['format', 'pt']])
    expect([...model.matrices.keys()].sort()).toEqual(['a.weight', 'half'])
    expect([...(await allOf(model.matrices.get('a.weight')!))]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...(await allOf(model.matrices.get('half')!))]).toEqual([1, -2])
    expect(model.tensors.map(({ name }) => name).sort()).toEqual(tensors.map(({ name }) => name).sort())
    for (const { name, dtype, shape, bytes: size, chunks } of model.tensors) {
      const original = tensors.find((each) => each.name === name)!
      expect([dtype, shape, size]).toEqual([original.dtype, original.shape, original.bytes])
      const [found, expected]: number[][] = [[], []]
      for await (const chunk of chunks()) found.push(...chunk)
      for await (const chunk of original.chunks()) expected.push(...chunk)
      expect(found).toEqual(expected)
    }
    await model.close()
  }
})

test('tensors are aligned, and cover the file', async () => {
  const file = await modelFile()
  const { tensors: entries } = parseSafetensors(file, file.length, { strict: true })
  for (const { dtype, begin } of entries.values()) {
    expect(begin % ({ I64: 8, F32: 4, F16: 2 }[dtype] ?? 1), dtype).toBe(0)
  }
})

test('what is no model is refused', async () => {
  const open = (bytes: Uint8Array | string) =>
    refusal(readModel(bytesSource('in', typeof bytes === 'string' ? utf8(bytes) : bytes)))
  expect(await open('the 1 2 3\n')).toBe(
    'bad-input: in: expected a .safetensors file, whose tensors have names; it is none'
  )
  expect(await open('')).toMatch(/^bad-input: in: expected a \.safetensors file/)
  const artefact = await written('safetensors', 2, Float32Array.of(1, 2, 3, 4))
  expect(await open(artefact)).toBe(
    'unsupported: in: this is compressed already; expected the model that it was made from'
  )
  const nan = collect()
  const bad = matrixTensor('x', matrixOver(Float32Array.of(1, Number.NaN), 2))
  await expect(encodeModel([bad], new Map(), nan)).rejects.toMatchObject({ code: 'bad-input' })
  const short = { ...tensors[0], bytes: 99 }
  await expect(encodeModel([short], new Map(), collect())).rejects.toThrow('"ids" did not give its 99 bytes')
})

test('any damage to a model is met with an error or does no harm', async () => {
  const file = await modelFile()
  const header = parseSafetensors(file, file.length).dataStart
  await fc.assert(
    fc.asyncProperty(fc.nat(header - 1), fc.nat(255), fc.nat(file.length), async (at, value, size) => {
      const damaged = file.slice(0, Math.max(size, 1))
      damaged[Math.min(at, damaged.length - 1)] = value
      try {
        const model = await readModel(bytesSource('in', damaged))
        for (const matrix of model.matrices.values()) await matrix.read(0, matrix.rows)
        await model.close()
      } catch (error) {
        expect(error).toMatchObject({ name: 'SlimbedError' })
      }
    }),
    { numRuns: 300 }
  )
})

test('the tables of an artefact are told by its header', async () => {
  const artefact = await written('safetensors', 2, Float32Array.of(1, 2, 3, 4))
  expect(await artefactTables(bytesSource('in', artefact))).toEqual([])
  expect(await artefactTables(bytesSource('in', await modelFile()))).toBeUndefined()
  const forged = (manifest: string) => {
    const json = utf8(JSON.stringify({ __metadata__: { slimbed: manifest } }))
    return bytesSource('in', Uint8Array.from([json.length % 256, json.length >> 8, 0, 0, 0, 0, 0, 0, ...json]))
  }
  expect(await artefactTables(forged('{"tables":{"a/b":{},"c":{}}}'))).toEqual(['a/b', 'c'])
  expect(await artefactTables(forged('not JSON'))).toEqual([])
  expect(await artefactTables(forged('['.repeat(5e4)))).toEqual([])
})
