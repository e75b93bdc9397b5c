import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fewOpen } from '../../src/node/few-open.js'
import { refusal } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-few-open-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = Array.from({ length: 9 }, (_, i) => join(folder, `f${i}`))
for (const [i, path] of files.entries()) writeFileSync(path, Uint8Array.of(i, i + 1, i + 2))

const descriptors = '/proc/self/fd'
/** Files of the folder that this process has open, if the system tells. */
function open(): number | undefined {
  try {
    return readdirSync(descriptors).filter((name) => {
      try {
        return readlinkSync(join(descriptors, name)).startsWith(folder)
      } catch {
        return false
      }
    }).length
  } catch {
    return undefined
  }
}

test('reads in any order, several at a time, find their files, of which a few are open', async () => {
  const turns = fc.array(fc.array(fc.nat(files.length - 1), { maxLength: 12 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(turns, fc.nat(4), async (rounds, most) => {
      const few = fewOpen(most)
      const sources = await Promise.all(files.map((path) => few.source(path)))
      expect(sources.map(({ name, size }) => [name, size])).toEqual(files.map((path) => [path, 3]))
      for (const round of rounds) {
        const found = await Promise.all(round.map((i) => sources[i].read(1, 2)))
        expect(found.map((bytes) => Array.from(bytes))).toEqual(round.map((i) => [i + 1, i + 2]))
        expect(open() ?? 0).toBeLessThanOrEqual(most)
      }
      await few.close()
      expect(open() ?? 0).toBe(0)
    }),
    { numRuns: 30 }
  )
})

test('a file that does not open is tried again; one being read is closed afterwards; none opens again', async () => {
  const few = fewOpen(2)
  const late = join(folder, 'late')
  const tries = await Promise.all([refusal(few.source(late)), refusal(few.source(late))])
  expect(tries).toEqual([expect.stringMatching(/^not-found: /), expect.stringMatching(/^not-found: /)])
  writeFileSync(late, Uint8Array.of(7))
  const source = await few.source(late)
  const reading = source.read(0, 1)
  await few.close()
  expect(Array.from(await reading)).toEqual([7])
  expect(open() ?? 0).toBe(0)
  expect(await refusal(source.read(0, 1))).toBe(`io: ${late}: it was closed; open it again to read it`)
})
