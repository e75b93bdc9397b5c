import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, type Running, slimbed, start } from './support/run.js'
import { npy, numbers, put, words } from './support/vectors.js'

const plugin = fileURLToPath(new URL('fixtures/halting.mjs', import.meta.url))

/** Starts a run over an earlier output, and waits for the moment that the plugin marks. */
async function interruptible(
  pipeline: string | readonly string[],
  rows: number,
  dim: number,
  env: Record<string, string> = {}
) {
  const folder = scratch()
  const mark = join(scratch(), 'mark')
  put(folder, 'in.npy', npy(rows, dim, numbers(rows, dim)))
  put(folder, 'out.safetensors', 'an earlier output')
  const before = contents(folder)
  const asked = typeof pipeline === 'string' ? ['-p', pipeline] : pipeline
  const args = [program, 'compress', 'in.npy', '-o', 'out.safetensors', ...asked, '--plugin', plugin]
  const running: Running = start(folder, process.execPath, args, { HALTING_MARK: mark, ...env })
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
    expect(await ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: 'slimbed: interrupted\n' })
    expect(contents(folder)).toEqual(before)
  }
)

test.each([[['--ratio', '4']], [['--keep', '90%']], [[]]])(
  'Ctrl-C while a pipeline is looked for (%j)',
  async (asked) => {
    const { child, ended, folder, before } = await interruptible(asked, 100, 8)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: 'slimbed: interrupted\n' })
    expect(contents(folder)).toEqual(before)
  }
)

test('Ctrl-C in the middle of real work on a larger table', async () => {
  const { child, ended, folder, before } = await interruptible('halting(at=nowhere) | lowrank(rank=250)', 40_000, 300)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, signal: null, stdout: '', stderr: 'slimbed: interrupted\n' })
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

test.skipIf(process.platform === 'win32')(
  'two of them end a run that waits for the system, and what it wrote',
  async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const pipe = join(scratch(), 'pipe')
      execFileSync('mkfifo', [pipe])
      const { child, ended, folder, before } = await interruptible('halting(at=blocked)', 100, 8, {
        HALTING_PIPE: pipe
      })
      child.kill(signal)
      await sleep(200)
      expect(child.exitCode).toBeNull()
      child.kill(signal)
      // A shell says 130 for both.
      const { status, signal: by } = await ended
      expect([130, 'SIGINT']).toContain(status ?? by)
      expect(contents(folder)).toEqual(before)
    }
  }
)

test.skipIf(process.platform === 'win32')('a pipe in the place of any file is refused, not waited for', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(20, 4, numbers(20, 4)))
  put(folder, 'words.txt', words(20).join('\n'))
  for (const name of ['pipe', 'pipe.mjs', 'out.checkpoint']) execFileSync('mkfifo', [join(folder, name)])
  const out = ['-o', 'out.safetensors', '-p', 'lowrank(rank=2)']
  const runs = [
    ['inspect', 'pipe'],
    ['compress', 'pipe', ...out],
    ['compress', 'in.npy', ...out, '--vocab', 'pipe'],
    ['compress', 'in.npy', ...out, '--vocab', 'words.txt', '--weights', 'pipe'],
    ['compress', 'in.npy', ...out, '--plugin', './pipe.mjs'],
    ['compress', 'in.npy', '-o', 'pipe', '-p', 'lowrank(rank=2)'],
    ['sweep', 'pipe'],
    ['sweep', 'in.npy', '--report', 'pipe'],
    ['sweep', 'in.npy', '-o', 'pipe'],
    ['decompress', 'pipe', '-o', 'back.npy'],
    ['nearest', 'pipe', 'a'],
    ['nearest', 'in.npy', 'a', '--rescore', 'pipe'],
    ['compare', 'in.npy', 'pipe'],
    ['eval', 'pipe', '--against', 'in.npy'],
    ['eval', '--lm', folder, '--model', 'pipe', '--text', 'pipe'],
    ['predict', 'pipe', 'text'],
    ['train', '--data', 'pipe', '-o', 'm.safetensors'],
    ['train', '--data', 'words.txt', '-o', 'out'],
    ['demo', 'pipe']
  ]
  for (const args of runs) {
    const { status, stderr } = await slimbed(folder, ...args)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ args, status }).toEqual({ args, status: 2 })
  }
})
