import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeAtomically } from '../../src/node/index.js'
import { sinkOf } from '../../src/node/sink.js'
import { refusal } from '../support.js'

/** A file that counts what it is told, and whose disk fails at send `bad`. */
function fake(bad = 0) {
  const seen = { bytes: 0, sends: 0 }
  const handle = {
    write: async (bytes: Uint8Array) => {
      // Some of it at a time, as a file may.
      const bytesWritten = Math.min(bytes.length, 20 << 20)
      seen.bytes += bytesWritten
      return { bytesWritten, buffer: bytes }
    },
    datasync: async () => {
      await new Promise((done) => setImmediate(done))
      if (++seen.sends === bad)
        throw Object.assign(new Error('input/output error'), { code: 'EIO', syscall: 'fdatasync' })
    }
  }
  return { seen, ...sinkOf(handle as never, 'out') }
}

test('the disk is given what was written while more is', async () => {
  const { seen, sink, settle } = fake()
  for (let i = 0; i < 10; i++) {
    await sink.write(new Uint8Array(16 << 20), i * (16 << 20))
    await new Promise((done) => setTimeout(done, 2))
  }
  await settle()
  expect(seen).toEqual({ bytes: 160 << 20, sends: 5 })
})

test('a disk that fails meanwhile is told of, at the next write or at the end', async () => {
  for (const bytes of [200 << 20, 40 << 20]) {
    const { sink, settle } = fake(1)
    const write = async () => {
      for (let at = 0; at < bytes; at += 40 << 20) {
        await sink.write(new Uint8Array(40 << 20), at)
        await new Promise((done) => setTimeout(done, 2))
      }
      await settle()
    }
    expect(await refusal(write())).toBe('io: out: input/output error')
  }
})

test('what was written can be read before it counts, and nothing beyond it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-sink-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'out')
  const read = await writeAtomically(path, async (sink) => {
    await sink.write(Buffer.from('abcdef'), 0)
    await sink.write(Buffer.from('X'), 2)
    expect(await refusal(sink.read(5, 2))).toMatch(/^io: .*out: byte 6 was written and is not there$/)
    return sink.read(1, 3)
  })
  expect(Buffer.from(read).toString()).toBe('bXd')
  expect(readFileSync(path, 'utf8')).toBe('abXdef')
})
