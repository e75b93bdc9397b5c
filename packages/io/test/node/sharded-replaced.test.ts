import * as files from 'node:fs/promises'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { denseOf, matrixFrom, save } from '@slimbed/core'
import { shardsFile } from '@slimbed/runtime/shards'
import { expect, test, vi } from 'vitest'
import { openShardsPlace, partName, writePart } from '../../src/node/index.js'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>()
  return { ...real, rename: vi.fn(real.rename) }
})

/** Writes a table of one part, all of whose values are the same. */
async function write(path: string, value: number): Promise<void> {
  const table = denseOf(matrixFrom(1, 2, Float32Array.of(value, value)))
  const bytes = await save({ table, provenance: {} })
  const place = await openShardsPlace(path, {})
  try {
    await place.begin()
    const make = async (sink: { write(bytes: Uint8Array, at: number): Promise<void> }) => {
      await sink.write(bytes, 0)
      return { bytes: bytes.length, made: {} }
    }
    const { part } = await writePart(place.folder, partName(0, 1), 1, make, {})
    await place.finish({ rows: 1, dim: 2, parts: [part], provenance: {} })
  } catch (error) {
    await place.fail(error)
    throw error
  }
}

test('an earlier table in shards stays where the new one cannot get its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sharded-'))
  const path = join(folder, 'out')
  await write(path, 1)
  const before = await readFile(join(path, shardsFile), 'utf8')
  const real = vi.mocked(files.rename).getMockImplementation()
  vi.mocked(files.rename).mockImplementation(async (from, to) => {
    // The name is free by now, and the system refuses.
    if (to === path && (await stat(join(`${from}`, shardsFile))).mtimeMs !== first) throw refused
    return real?.(from, to)
  })
  const { mtimeMs: first } = await stat(join(path, shardsFile))
  const refused = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  await expect(write(path, 2)).rejects.toMatchObject({ code: 'io' })
  expect(await readFile(join(path, shardsFile), 'utf8')).toBe(before)
  expect(await readdir(folder)).toEqual(['out'])
  await rm(folder, { recursive: true })
})
