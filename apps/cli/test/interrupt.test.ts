import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, type Running, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const plugin = fileURLToPath(new URL('fixtures/halting.mjs', import.meta.url))

/** Starts a run over an earlier output, and waits for the moment that the plugin marks. */
async function interruptible(pipeline: string, rows: number, dim: number) {
  const folder = scratch()
  const mark = join(scratch(), 'mark')
  put(folder, 'in.npy', npy(rows, dim, numbers(rows, dim)))
  put(folder, 'out.safetensors', 'an earlier output')
  const before = contents(folder)
  const args = [program, 'compress', 'in.npy', '-o', 'out.safetensors', '-p', pipeline, '--plugin', plugin]
  const running: Running = start(folder, process.execPath, args, { HALTING_MARK: mark })
  while (!existsSync(mark) && running.child.exitCode === null) await sleep(5)
  return { ...running, folder, before }
}

test.each([
  ['SIGINT', 'compress'],
  ['SIGTERM', 'compress'],
  ['SIGHUP', 'compress'],
  ['SIGINT', 'write']
] as const)(
  '%s in the middle (%s): one line, status 130, nothing left, the earlier output untouched',
  async (signal, at) => {
    const { child, ended, folder, before } = await interruptible(`halting(at=${at})`, 100, 8)
    if (at === 'write') expect(Object.keys(contents(folder))).toHaveLength(3)
    child.kill(signal)
    expect(await ended).toEqual({ status: 130, signal: null, stdout: '', stderr: 'slimbed: interrupted\n' })
    expect(contents(folder)).toEqual(before)
  }
)

test('Ctrl-C in the middle of real work on a larger table', async () => {
  const { child, ended, folder, before } = await interruptible('halting(at=nowhere) | lowrank(rank=250)', 40_000, 300)
  child.kill('SIGINT')
  expect(await ended).toEqual({ status: 130, signal: null, stdout: '', stderr: 'slimbed: interrupted\n' })
  expect(contents(folder)).toEqual(before)
})

test('a second Ctrl-C ends what does not listen', async () => {
  const { child, ended, folder, before } = await interruptible('halting(at=deaf)', 100, 8)
  child.kill('SIGINT')
  await sleep(200)
  expect(child.exitCode).toBeNull()
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stdout: '' })
  expect(contents(folder)).toEqual(before)
})
