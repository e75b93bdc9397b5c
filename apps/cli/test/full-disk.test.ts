import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const input = npy(400, 64, numbers(400, 64))
const args = (output: string) => ['compress', '../in.npy', '-o', output, '-p', 'fixedpoint(bits=16)', '--quiet']

/** A file system of 32 KiB at `folder`; false where making one is not allowed. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return false
  }
  onTestFinished(() => void execFileSync('umount', [folder]))
  return true
}

test('a full disk: one line, status 1, nothing left, the earlier output untouched', async ({ skip }) => {
  const folder = scratch()
  const disk = join(folder, 'disk')
  await mkdir(disk)
  put(folder, 'in.npy', input)
  if (!mountSmall(disk)) return skip('a small file system cannot be mounted here')
  put(disk, 'out.safetensors', 'an earlier output')
  const before = contents(disk)
  const { status, stdout, stderr } = await start(disk, process.execPath, [program, ...args('out.safetensors')]).ended
  expect(stderr).toBe('slimbed: out.safetensors: no space left on the disk\n')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(contents(disk)).toEqual(before)
})

test('a file larger than allowed: the same', async ({ skip }) => {
  if (process.platform === 'win32') return skip('there is no ulimit here')
  const folder = join(scratch(), 'limited')
  await mkdir(folder)
  put(join(folder, '..'), 'in.npy', input)
  put(folder, 'out.safetensors', 'an earlier output')
  const before = contents(folder)
  const shell = ['-c', 'ulimit -f 16 && exec "$0" "$@"', process.execPath, program, ...args('out.safetensors')]
  const { status, stdout, stderr } = await start(folder, 'bash', shell).ended
  expect(stderr).toMatch(/^slimbed: out\.safetensors: the file would be larger [^\n]+\n$/)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(contents(folder)).toEqual(before)
})

test('a result that cannot be written to stdout: one line, status 1', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('there is no /dev/full here')
  const shell = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, program, 'plugins', '--json']
  const { status, stderr } = await start(scratch(), 'bash', shell).ended
  expect(stderr).toMatch(/^slimbed: stdout: [^\n]*ENOSPC[^\n]*\n$/)
  expect(status).toBe(1)
})

test('a reader that goes away is no failure', async () => {
  const { child, ended } = start(scratch(), process.execPath, [program, 'plugins', '--json'])
  child.stdout?.destroy()
  const { status, stderr } = await ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
