import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { blobSource, bytesSource, readVectors, vectorFormats } from '../../src/index.js'
import { openVectors } from '../../src/node/index.js'
import { readVectorsOn } from '../../src/read.js'
import { type Host, webHost } from '../../src/source/host.js'
import { allOf, read, refusal, wordsOf, written } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-gzip-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'vectors.gz')
const words = Array.from({ length: 400 }, (_, i) => `word${i}`)
const dim = 20
const values = Float32Array.from({ length: words.length * dim }, (_, i) => Math.sin(i))
const held = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`slimbed-${process.pid}-`))

describe('gzip', () => {
  test.each(vectorFormats)('%s, from memory and from a file', async (format) => {
    const packed = gzipSync(await written(format, dim, values, words))
    writeFileSync(path, packed)
    for (const vectors of [await read(packed), await openVectors(path)]) {
      expect(vectors).toMatchObject({ format, bytes: packed.length, matrix: { rows: 400, dim } })
      expect(await allOf(vectors.matrix)).toEqual(values)
      if (format !== 'npy' && format !== 'faiss') expect(wordsOf(vectors)).toEqual(words)
      await vectors.close()
    }
    expect(held()).toEqual([])
  })

  test('zeros after the data are padding; other bytes are not passed over, whatever comes before them', async () => {
    const text = await written('txt', dim, values, words)
    const packed = gzipSync(text)
    for (const after of [[0, 0, 0], [0]]) {
      writeFileSync(path, Buffer.concat([packed, Buffer.from(after)]))
      const vectors = await openVectors(path)
      expect(vectors.matrix.rows).toBe(400)
      await vectors.close()
    }
    for (const after of [[0, 0, 7], [7], [0, ...packed]]) {
      writeFileSync(path, Buffer.concat([packed, Buffer.from(after)]))
      expect(await refusal(openVectors(path))).toMatch(/^corrupt-file: .*gzip data is damaged/)
    }
  })

  test('a source is closed once: by the caller, or when reading fails', async () => {
    for (const pack of [(bytes: Uint8Array) => bytes, gzipSync]) {
      const bytes = pack(await written('npy', dim, values))
      let closed = 0
      const close = async () => void closed++
      const vectors = await readVectors({ ...bytesSource('in', bytes), close })
      expect(closed).toBe(0)
      await vectors.close()
      expect(closed).toBe(1)
      await refusal(readVectors({ ...bytesSource('in', bytes.subarray(0, 90)), close }))
      expect(closed).toBe(2)
    }
  })

  test('what it is held in is freed once: by the caller, or when reading fails', async () => {
    let freed = 0
    const host: Host = {
      ...webHost,
      hold: async (name, chunks) => ({ ...(await webHost.hold(name, chunks)), close: async () => void freed++ })
    }
    for (const format of ['npy', 'bin', 'safetensors'] as const) {
      freed = 0
      const bytes = await written(format, dim, values, words)
      const vectors = await readVectorsOn(host, bytesSource('in', gzipSync(bytes)))
      expect(freed).toBe(0)
      await vectors.close()
      expect(freed).toBe(1)
      await refusal(readVectorsOn(host, bytesSource('in', gzipSync(bytes.subarray(0, -9)))))
      expect(freed).toBe(2)
    }
  })

  test('a Blob', async () => {
    const vectors = await readVectors(
      blobSource('blob', new Blob([new Uint8Array(await written('bin', dim, values, words))]))
    )
    expect(await vectors.matrix.read(3, 2)).toEqual(values.slice(3 * dim, 5 * dim))
    expect(await allOf(vectors.matrix)).toEqual(values)
  })

  test('damaged or cut short', async () => {
    const packed = gzipSync(await written('txt', dim, values, words))
    for (const damage of [
      packed.subarray(0, 3000),
      packed.subarray(0, 5),
      packed.map((x, i) => (i === 2000 ? ~x : x))
    ]) {
      writeFileSync(path, damage)
      expect(await refusal(read(damage))).toMatch(/^corrupt-file: in: the gzip data is damaged or cut short$/)
      expect(await refusal(openVectors(path))).toMatch(/vectors.gz: the gzip data is damaged or cut short$/)
    }
  })

  test('a bomb', async () => {
    const line = `${'a'.repeat(2000)} 1\n`
    const packed = gzipSync(line.repeat(40_000))
    writeFileSync(path, packed)
    expect(packed.length).toBeLessThan(300_000)
    expect(await refusal(read(packed))).toMatch(/^bad-input: in: \d+ gzip bytes stand for more than 67108864; unpack/)
    expect(await refusal(openVectors(path))).toMatch(/gzip bytes stand for more than 67108864/)
  })
})
