import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, program, slimbed, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

/** How many times a run is killed; more take longer. */
const kills = Number(process.env.SLIMBED_KILLS ?? 4)
const pipeline = 'lowrank(rank=24) | fixedpoint(bits=4)'
const table = npy(120_000, 32, numbers(120_000, 32))
const compress = (to: string, size = '400kB') => ['compress', 'in.npy', '-o', to, '-p', pipeline, '--shard-size', size]
const hidden = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.'))
const partsIn = (folder: string) => {
  const [own] = hidden(folder)
  return own === undefined ? [] : readdirSync(join(folder, own)).filter((name) => name.endsWith('.safetensors'))
}

/** Begins a run that goes on, and kills it once `when` holds, or once it has ended. */
async function killed(folder: string, when: () => boolean, args = [...compress('out/'), '--resume']): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: 'ignore' })
  const ended = new Promise((done) => child.on('close', done))
  while (child.exitCode === null && !when()) await sleep(5)
  child.kill('SIGKILL')
  await ended
}

test('killed at random instants, a run that goes on gives the same folder', async () => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  await output(folder, ...compress('whole/'), '--quiet')
  for (let turn = 0; turn < kills && !existsSync(join(folder, 'out')); turn++) {
    const end = performance.now() + 300 + 1500 * Math.random()
    await killed(folder, () => performance.now() > end)
  }
  if (!existsSync(join(folder, 'out'))) await output(folder, ...compress('out/'), '--resume', '--quiet')
  expect(contents(join(folder, 'out'))).toEqual(contents(join(folder, 'whole')))
  expect(readdirSync(folder).sort()).toEqual(['in.npy', 'out', 'whole'])
})

test('parts that are whole are not made again, unless their files are others', async () => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  await output(folder, ...compress('whole/'), '--quiet')
  await killed(folder, () => partsIn(folder).length >= 2)
  const [own] = hidden(folder)
  const [first, second] = partsIn(folder).map((name) => join(folder, own, name))
  const early = new Date('2001-01-01')
  utimesSync(first, early, early)
  writeFileSync(second, 'damaged')
  const { status, stderr } = await slimbed(folder, ...compress('out/'), '--resume')
  expect([status, stderr]).toEqual([0, expect.stringContaining('--resume: going on where the run before')])
  expect(contents(join(folder, 'out'))).toEqual(contents(join(folder, 'whole')))
  const times = readdirSync(join(folder, 'out')).map((name) =>
    Number(execFileSync('stat', ['-c', '%Y', join(folder, 'out', name)]))
  )
  expect(times[0]).toBe(early.getTime() / 1000)
  expect(Math.min(...times.slice(1))).toBeGreaterThan(early.getTime() / 1000)
})

test.each([
  ['input', (folder: string) => utimesSync(join(folder, 'in.npy'), 1e9, 1e9), compress('out/')],
  ['pipeline', () => {}, ['compress', 'in.npy', '-o', 'out/', '-p', 'fixedpoint', '--shard-size', '400kB']],
  ['size of parts', () => {}, compress('out/', '900kB')]
])('another %s: from the beginning, which is said; nothing of the other run is left', async (_, change, args) => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  await killed(folder, () => partsIn(folder).length >= 1)
  expect(hidden(folder)).toHaveLength(1)
  change(folder)
  const { status, stderr } = await slimbed(folder, ...args, '--resume')
  const line =
    'slimbed: warning: --resume: the run before was of another input, pipeline, size of parts or version: starting from the beginning\n'
  expect({ status, stderr }).toEqual({ status: 0, stderr: line })
  expect(readdirSync(folder).sort()).toEqual(['in.npy', 'out'])
})

test('while another process writes the same table: one line; it is left alone', async () => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  const args = [program, ...compress('out/'), '--resume', '--quiet']
  const { child, ended } = start(folder, process.execPath, args)
  while (child.exitCode === null && partsIn(folder).length === 0) await sleep(5)
  child.kill('SIGSTOP')
  const second = await slimbed(folder, ...compress('out/'), '--resume', '--quiet')
  child.kill('SIGCONT')
  expect(second).toMatchObject({ status: 2, stderr: expect.stringContaining('another run is writing this table') })
  expect(await ended).toMatchObject({ status: 0, stderr: '' })
  expect(readdirSync(folder).sort()).toEqual(['in.npy', 'out'])
})

test('an input that is gone when the run is to go on: one line, and no table', async () => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  await killed(folder, () => partsIn(folder).length >= 1)
  renameSync(join(folder, 'in.npy'), join(folder, 'gone.npy'))
  const { status, stderr } = await slimbed(folder, ...compress('out/'), '--resume', '--quiet')
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/^slimbed: in\.npy: [^\n]+\n$/) })
  expect(existsSync(join(folder, 'out'))).toBe(false)
})

test('a full disk: one line; with more room the run goes on', async ({ skip }) => {
  const folder = scratch()
  put(folder, 'in.npy', table)
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    return skip('a small file system cannot be mounted here')
  }
  onTestFinished(() => void execFileSync('umount', [disk]))
  await output(folder, ...compress('whole/'), '--quiet')
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1_100_000))
  const args = [...compress('disk/out/'), '--resume']
  const full = await slimbed(folder, ...args, '--quiet')
  expect(full).toMatchObject({ status: 1, stderr: expect.stringMatching(/no space left on the disk\n$/) })
  expect(existsSync(join(disk, 'out'))).toBe(false)
  expect(partsIn(disk).length).toBeGreaterThan(0)
  rmSync(ballast)
  const { status, stderr } = await slimbed(folder, ...args)
  expect([status, stderr]).toEqual([0, expect.stringContaining('going on where')])
  expect(contents(join(disk, 'out'))).toEqual(contents(join(folder, 'whole')))
  expect(readdirSync(disk)).toEqual(['out'])
})
