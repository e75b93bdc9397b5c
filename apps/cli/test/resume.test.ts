import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, program, slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

/** How many times a run is killed; more take longer. */
const kills = Number(process.env.SLIMBED_KILLS ?? 4)
const pipeline = 'lowrank(rank=24) | fixedpoint(bits=4)'

test('killed at random instants, a run that goes on gives the same file', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(200_000, 32, numbers(200_000, 32)))
  await output(folder, 'compress', 'in.npy', '-o', 'whole.safetensors', '-p', pipeline)
  const flags = ['compress', 'in.npy', '-o', 'out.safetensors', '-p', pipeline, '--resume']
  for (let killed = 0; killed < kills && !existsSync(join(folder, 'out.safetensors')); killed++) {
    await new Promise((done) => {
      const child = spawn(process.execPath, [program, ...flags], { cwd: folder, stdio: 'ignore' })
      child.on('close', done)
      setTimeout(() => child.kill('SIGKILL'), 300 + 1500 * Math.random())
    })
  }
  if (!existsSync(join(folder, 'out.safetensors'))) await output(folder, ...flags, '--quiet')
  const [made, whole] = ['out', 'whole'].map((name) => readFileSync(join(folder, `${name}.safetensors`)))
  expect(Buffer.compare(made, whole)).toBe(0)
  expect(readdirSync(folder).sort()).toEqual(['in.npy', 'out.safetensors', 'whole.safetensors'])
})

test('what it does not go with is refused', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(20, 4, numbers(20, 4)))
  const { status, stderr } = await slimbed(folder, 'compress', 'in.npy', '-o', '-', '-p', 'fixedpoint', '--resume')
  expect([status, stderr]).toEqual([2, expect.stringContaining('--resume does not go with an output to stdout')])
})
