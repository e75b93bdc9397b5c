import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { putReviews } from './support/reviews.js'
import { output, program, slimbed, start } from './support/run.js'

const flags = [
  ...['train', '--data', 'train.txt', '--dev', 'dev.txt', '--dim', '24', '--model', 'lstm', '--epochs', '8', '--json'],
  ...['--compress', 'lowrank(rank=4)', '--at-epoch', '5', '--quantize', 'fixedpoint', '-o', 'model.safetensors']
]
const checkpoint = 'model.safetensors.checkpoint'
const counts = [300, 40, 1]

test('Ctrl-C keeps the checkpoint, and --resume comes to the same file, byte for byte', async () => {
  const [folder, other] = [scratch(), scratch()]
  for (const place of [folder, other]) putReviews(place, 'txt', counts)
  await output(other, ...flags)
  const expected = readFileSync(join(other, 'model.safetensors'))

  const running = start(folder, process.execPath, [program, ...flags])
  while (!existsSync(join(folder, checkpoint)) && running.child.exitCode === null) await sleep(2)
  running.child.kill('SIGINT')
  const { status, stdout, stderr } = await running.ended
  const told = `slimbed: warning: ${checkpoint} holds the last epoch; the same command with --resume goes on from it\n`
  expect({ status, stdout, stderr }).toEqual({ status: 130, stdout: '', stderr: `${told}slimbed: interrupted\n` })
  expect(Object.keys(contents(folder))).toEqual(['dev.txt', checkpoint, 'test.txt', 'train.txt'])

  await output(folder, ...flags, '--resume')
  expect(readFileSync(join(folder, 'model.safetensors')).equals(expected)).toBe(true)
  expect(existsSync(join(folder, checkpoint))).toBe(false)
})

test('a run that diverges keeps the last good checkpoint', async () => {
  const folder = scratch()
  putReviews(folder, 'txt', counts)
  // 6 steps an epoch: the rate leaves all bounds in the second.
  const rising = ['--optimizer', 'sgd', '--plugin', './rise.mjs']
  const rise = `export const rise = Object.assign(
    () => ({ name: 'rise', config: {}, rate: (step) => (step < 8 ? 0.01 : 1e35) }),
    { spec: 1, type: 'scheduler', id: 'rise', summary: 'for tests', options: {} })`
  const { put } = await import('./support/vectors.js')
  put(folder, 'rise.mjs', rise)
  const args = [...flags, ...rising, '--schedule', 'rise', '--model', 'dan']
  const { status, stdout, stderr } = await slimbed(folder, ...args)
  expect(stderr).toMatch(
    /^slimbed: warning: model\.safetensors\.checkpoint holds the last epoch; [^\n]+\nslimbed: the loss is (NaN|Infinity) at step \d+ \(epoch 2, learning rate 1e\+35\): training diverged; give a schedule with a lower rate\n$/
  )
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(existsSync(join(folder, checkpoint))).toBe(true)
  expect(existsSync(join(folder, 'model.safetensors'))).toBe(false)

  // A checkpoint of other options, or of another table, is refused and stays.
  const kept = contents(folder)
  const wrong = await slimbed(folder, ...args, '--resume', '--seed', '1')
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('it was made with') })
  const wider = await slimbed(folder, ...args, '--resume', '--dim', '25')
  expect(wider.stderr).toContain("checkpoint: its table has 24 columns, this run's has 25")
  expect(contents(folder)).toEqual(kept)

  // Without --resume it is replaced, with a warning, and gone at the end.
  const anew = await slimbed(folder, ...flags, '--model', 'linear')
  expect(anew).toMatchObject({
    status: 0,
    stderr: `slimbed: warning: ${checkpoint} of an interrupted run will be replaced; --resume would go on from it\n`
  })
  expect(existsSync(join(folder, checkpoint))).toBe(false)
})
