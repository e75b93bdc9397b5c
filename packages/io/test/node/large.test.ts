import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { handleSource } from '../../src/node/handle-source.js'
import { openVectors } from '../../src/node/index.js'
import { sinkOf } from '../../src/node/sink.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-large-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file of more than 4 GiB that takes no room, but for its header and its last bytes. */
function sparse(path: string, header: Uint8Array, dataBytes: number, last: Uint8Array): string {
  const file = openSync(path, 'w')
  writeSync(file, header)
  ftruncateSync(file, header.length + dataBytes)
  writeSync(file, last, 0, last.length, header.length + dataBytes - last.length)
  closeSync(file)
  return path
}

const one = (dtype: string, rows: number, dim: number, bytes: number) => {
  const json = JSON.stringify({ table: { dtype, shape: [rows, dim], data_offsets: [0, bytes] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, Buffer.from(json)])
}

test.each([
  // More rows than 2³¹, and than 2³² bytes.
  ['F8_E4M3', 2 ** 31 + 7, 2, [0x38, 0xb8, 0x40, 0x7e], [1, -1, 2, 448]],
  ['F16', 2 ** 31 + 7, 1, [0, 0x3c, 0, 0xc0], [1, -2]]
] as const)('rows beyond 4 GiB of a .safetensors: %s', async (dtype, rows, dim, codes, values) => {
  const bytes = rows * dim * (dtype === 'F16' ? 2 : 1)
  const path = sparse(join(folder, `${dtype}.safetensors`), one(dtype, rows, dim, bytes), bytes, Buffer.from(codes))
  const { matrix, close } = await openVectors(path)
  const count = values.length / dim
  expect([matrix.rows, matrix.dim]).toEqual([rows, dim])
  expect(Array.from(await matrix.read(rows - count, count))).toEqual(values)
  expect(Array.from(await matrix.read(2 ** 31 - 1, 2))).toEqual(Array(2 * dim).fill(0))
  await close()
})

test('rows beyond 4 GiB of a .npy, by rows and by columns, and of a table in parts', async () => {
  const [rows, dim] = [2 ** 29 + 3, 2]
  for (const fortran of [false, true]) {
    const dict = `{'descr': '<f4', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${rows}, ${dim}), }`
    const text = `${dict.padEnd(117)}\n`
    const header = Buffer.concat([
      Buffer.from([0x93]),
      Buffer.from('NUMPY'),
      Buffer.from([1, 0, 118, 0]),
      Buffer.from(text)
    ])
    const last = new Uint8Array(Float32Array.of(3, 4, 5, 6).buffer)
    mkdirSync(join(folder, `npy-${fortran}`))
    const paths = [1, 2].map((part) =>
      sparse(join(folder, `npy-${fortran}`, `part-${part}.npy`), header, rows * dim * 4, last)
    )
    const expected = fortran ? [0, 3, 0, 4, 0, 5, 0, 6] : [0, 0, 0, 0, 3, 4, 5, 6]
    const whole = await openVectors(paths[0])
    expect(Array.from(await whole.matrix.read(rows - 4, 4))).toEqual(expected)
    await whole.close()
    const parts = await openVectors(join(folder, `npy-${fortran}`))
    expect(parts.matrix.rows).toBe(2 * rows)
    expect(Array.from(await parts.matrix.read(2 * rows - 4, 4))).toEqual(expected)
    expect(Array.from(await parts.matrix.read(rows - 1, 2))).toEqual([...expected.slice(6), 0, 0])
    await parts.close()
  }
})

test('more than 2 GiB are read and written in pieces that the system takes', async () => {
  const size = 2 ** 31 + 5
  const asked: number[] = []
  // As Node's, it ends the process where a length is no int32.
  const some = async (bytes: Uint8Array, at: number, length: number, position: number) => {
    expect(length).toBe(length | 0)
    expect(at).toBe(position)
    expect(at + length).toBeLessThanOrEqual(bytes.length)
    asked.push(length)
    return { bytesRead: length, bytesWritten: length }
  }
  const file = {
    fd: 0,
    read: some,
    write: some,
    stat: async () => ({ size }),
    close: async () => {},
    datasync: async () => {}
  }
  // The system gives memory that nobody touches in name only.
  const bytes = new Uint8Array(size)
  await handleSource('in', size, file as never).read(0, size, { into: bytes })
  const { sink, settle } = sinkOf(file as never, 'out')
  await sink.write(bytes, 0)
  await settle()
  expect(asked).toEqual([2 ** 30, 2 ** 30, 5, 2 ** 30, 2 ** 30, 5])
})
