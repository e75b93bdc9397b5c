import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { denseOf, matrixFrom, save } from '@slimbed/core'
import { SlimbedError } from '@slimbed/runtime'
import { parseShards, shardsFile } from '@slimbed/runtime/shards'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openShardsPlace, partName, removeParts, type ShardsPlaceOptions, writePart } from '../../src/node/index.js'

let folder: string
let parts: Uint8Array[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sharded-'))
  const table = (value: number) => denseOf(matrixFrom(2, 2, Float32Array.of(value, 2, 3, 4)))
  parts = await Promise.all([1, 2, 3].map((value) => save({ table: table(value), provenance: {} })))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const interrupted = new SlimbedError('aborted', 'interrupted')
const out = () => join(folder, 'out')
const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'))

/** A run that writes three parts, and fails after some of them. Resolves to what was said, and to the parts that were made. */
async function run(options: ShardsPlaceOptions, count = 3, error: Error = interrupted, path = out()) {
  const made: number[] = []
  const place = await openShardsPlace(path, options)
  const told = await place.begin()
  try {
    const written = []
    for (let index = 0; index < 3; index++) {
      if (index === count) throw error
      const make = async (sink: { write(bytes: Uint8Array, at: number): Promise<void> }) => {
        made.push(index)
        await sink.write(parts[index], 0)
        return { bytes: parts[index].length, made: { index, odd: [1e-300] } }
      }
      written.push(await writePart(place.folder, partName(index, 3), 2, make, { identity: options.identity }))
    }
    expect(written.map((one) => one.made)).toEqual([0, 1, 2].map((index) => ({ index, odd: [1e-300] })))
    await place.finish({ rows: 6, dim: 2, parts: written.map(({ part }) => part), provenance: {} })
  } catch (reason) {
    await place.fail(reason)
    if (reason !== error) throw reason
  }
  return { told, made, place }
}

const whole = [0, 1, 2].map((index) => partName(index, 3)).concat(shardsFile)

test('a folder is there once it is whole, and nothing is left of a run that fails', async () => {
  await run({}, 2)
  expect(readdirSync(folder)).toEqual([])
  await run({})
  expect(readdirSync(folder)).toEqual(['out'])
  expect(readdirSync(out())).toEqual(whole)
  const { parts: told } = parseShards(new Uint8Array(readFileSync(join(out(), shardsFile))))
  expect(told.map(({ bytes }) => bytes)).toEqual(parts.map(({ length }) => length))
  await run({})
  expect(readdirSync(out())).toEqual(whole)
})

test('one that is kept: what is written is taken over, unless it or its record is another one', async () => {
  const kept = { identity: 'a', keep: true }
  expect((await run(kept, 2)).told).toMatch(/no run to go on with/)
  const [own] = hidden()
  const at = (name: string) => join(folder, own, name)
  expect(await run(kept, 2)).toMatchObject({ told: expect.stringMatching(/^going on/), made: [] })
  const record = readFileSync(at(`${whole[0]}.json`))
  for (let byte = 0; byte < record.length; byte += 7) {
    const damaged = Buffer.from(record)
    damaged[byte] ^= 1
    writeFileSync(at(`${whole[0]}.json`), damaged)
    expect((await run(kept, 1)).made).toEqual([0])
  }
  writeFileSync(at(whole[0]), parts[2])
  rmSync(at(whole[1]))
  expect((await run(kept)).made).toEqual([0, 1, 2])
  expect(readdirSync(out())).toEqual(whole)
  expect(hidden()).toEqual([])
})

test('of another identity, or after another error: nothing of it is left', async () => {
  await run({ identity: 'a', keep: true }, 2)
  expect(await run({ identity: 'b', keep: true }, 1)).toMatchObject({
    told: expect.stringMatching(/another input, pipeline, size of parts/),
    made: [0]
  })
  expect(hidden()).toHaveLength(1)
  await run({ identity: 'b', keep: true }, 2, new SlimbedError('bad-input', 'row 7 is wrong'))
  expect(hidden()).toEqual([])
  await run({ identity: 'a' }, 2)
  expect(hidden()).toEqual([])
})

test('what others have begun in the folder does not get into the table; a part that is another one is found', async () => {
  const place = await openShardsPlace(out(), { identity: 'a' })
  await place.begin()
  const fill = (bytes: Uint8Array) => async (sink: { write(bytes: Uint8Array, at: number): Promise<void> }) => {
    await sink.write(bytes, 0)
    return { bytes: bytes.length, made: {} }
  }
  const { part } = await writePart(place.folder, partName(0, 1), 2, fill(parts[0]))
  writeFileSync(join(place.folder, '.part.tmp'), 'begun by a worker')
  const manifest = { rows: 2, dim: 2, parts: [part], provenance: {} }
  await writePart(place.folder, partName(0, 1), 2, fill(parts[1]))
  await expect(place.finish(manifest)).rejects.toThrow(/part-00001-of-00001\.safetensors: .* is another one now/)
  rmSync(join(place.folder, partName(0, 1)))
  await expect(place.finish(manifest)).rejects.toThrow(/ is gone/)
  await writePart(place.folder, partName(0, 1), 2, fill(parts[0]))
  await place.finish(manifest)
  expect(readdirSync(out())).toEqual([partName(0, 1), shardsFile])
  // One that comes late finds the folder gone.
  await expect(writePart(place.folder, partName(0, 1), 2, fill(parts[0]))).rejects.toThrow(/does not exist/)
  await place.fail(interrupted)
  expect(readdirSync(folder)).toEqual(['out'])
})

test('other files and links are refused; only hidden folders of parts are removed', async () => {
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine/a.txt'), 'mine')
  symlinkSync('mine', join(folder, 'link'))
  await expect(openShardsPlace(join(folder, 'mine/'))).rejects.toThrow(/other files, such as a\.txt/)
  await expect(openShardsPlace(join(folder, 'link/'))).rejects.toThrow(/a file or a link/)
  await removeParts(join(folder, 'mine'))
  expect(statSync(join(folder, 'mine/a.txt')).size).toBe(4)
  const { place } = await run({ identity: 'a', keep: true }, 1)
  await removeParts(place.folder)
  expect(hidden()).toEqual([])
})
