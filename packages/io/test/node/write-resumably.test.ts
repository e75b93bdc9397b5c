import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '@slimbed/core/resume'
import { SlimbedError } from '@slimbed/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeResumably } from '../../src/node/index.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resume-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const interrupted = new SlimbedError('aborted', 'interrupted')
const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'))
const journalPath = () => join(folder, hidden().find((name) => name.endsWith('.journal')) ?? '')

/** A run that writes bytes at offsets and notes each, and is interrupted after `count` of them unless that is all. */
async function run(count: number, identity = 'a', error: Error = interrupted) {
  const told: string[] = []
  const found: Journal['entries'][] = []
  const path = join(folder, 'out.bin')
  const work = writeResumably(
    path,
    identity,
    async (sink, journal) => {
      found.push(journal.entries)
      const begin = journal.entries.filter(({ pass }) => pass !== undefined).length
      for (let at = begin; at < 4; at++) {
        if (at === begin + count) throw error
        await sink.write(Uint8Array.of(at + 1), at)
        await journal.append({ pass: 'p', row: at })
      }
    },
    (line) => told.push(line)
  )
  const failed = await work.catch((reason: Error) => reason)
  return { told: told.join(), failed, entries: found[0] }
}

test('a run goes on where one before was interrupted, and leaves nothing beside the file', async () => {
  expect((await run(2)).told).toMatch(/no run to go on with/)
  expect(hidden()).toHaveLength(2)
  const { told, entries } = await run(1)
  expect(told).toMatch(/going on/)
  expect(entries?.filter(({ pass }) => pass).map(({ row }) => row)).toEqual([0, 1])
  expect((await run(9)).failed).toBeUndefined()
  expect(readdirSync(folder)).toEqual(['out.bin'])
  expect([...readFileSync(join(folder, 'out.bin'))]).toEqual([1, 2, 3, 4])
})

test('of another identity: it begins anew, says so, and removes what the other left', async () => {
  await run(2, 'a')
  const { told, entries } = await run(1, 'b')
  expect(told).toMatch(/another input, pipeline or version: starting from the beginning/)
  expect(entries).toEqual([])
  expect(hidden()).toHaveLength(2)
})

test('a torn last line is left out, a damaged journal is ignored', async () => {
  await run(2)
  const text = readFileSync(journalPath())
  appendFileSync(journalPath(), text.subarray(0, 30))
  expect((await run(0)).entries?.filter(({ pass }) => pass)).toHaveLength(2)
  // Of any damage, the lines before it count.
  const lines = readFileSync(journalPath(), 'latin1').split('\n')
  for (let at = 0; at < lines[0].length; at += 3) {
    const damaged = Buffer.from(text)
    damaged[at] ^= 1
    writeFileSync(journalPath(), damaged)
    const { told, entries } = await run(0)
    expect(told).toMatch(/damaged: starting from the beginning/)
    expect(entries).toEqual([])
  }
})

test('a partial file that is shorter than the journal says is not gone on with', async () => {
  await run(2)
  truncateSync(join(folder, hidden().find((name) => name.endsWith('.partial')) ?? ''), 1)
  const { told, entries } = await run(1)
  expect([told, entries]).toEqual([expect.stringMatching(/from the beginning/), []])
})

test('another error leaves nothing', async () => {
  const { failed } = await run(2, 'a', new SlimbedError('bad-input', 'row 7 is wrong'))
  expect(failed).toMatchObject({ code: 'bad-input' })
  expect(readdirSync(folder)).toEqual([])
})
