import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createProgress } from '../src/session/progress.js'

/** A stream that passes for a terminal, and what was written to it. */
function terminal() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 })
  return { stream, text: () => stripVTControlCharacters(String(stream.read() ?? '')) }
}

/** Works for a second and a half, reporting halfway and at the end. */
async function work(progress: ReturnType<typeof createProgress>): Promise<void> {
  const report = progress.phase('lowrank', 40_000_000)
  for (let done = 1; done <= 10; done++) {
    await sleep(120)
    report(done, 20)
  }
}

test('a terminal sees the phase, the share, the rate and the time left', async () => {
  const { stream, text } = terminal()
  const progress = createProgress(stream, false)
  await work(progress)
  progress.phase('measuring', 10)(1, 10)
  progress.clear()
  const shown = text()
  expect(shown).toMatch(/lowrank +█{11}░{13} {2}45 % {2}\d[\d.]* MB\/s {2}\d+ s left/)
  expect(shown).toMatch(/measuring +█{2}░+/)
  // After clearing nothing moves any more.
  await sleep(300)
  expect(text()).toBe('')
})

test('a note takes the place of the rate', async () => {
  const { stream, text } = terminal()
  const progress = createProgress(stream, false)
  let loss = 0.5
  const report = progress.phase('training', 100, () => `full 1/3  loss ${loss}  dev 75.0 %  rate 1.0e-3`)
  for (let done = 1; done <= 8; done++) {
    await sleep(120)
    loss = 0.25
    report(done, 20)
  }
  progress.clear()
  expect(text()).toMatch(
    /training +█+░+ {2}\d+ % {2}full 1\/3 {2}loss 0\.25 {2}dev 75\.0 % {2}rate 1\.0e-3 {2}\d+ s left/
  )
})

test('nothing is shown where there is no terminal, or quiet is asked', async () => {
  const { stream, text } = terminal()
  const plain = new PassThrough()
  await Promise.all([work(createProgress(stream, true)), work(createProgress(plain, false))])
  expect([text(), plain.read()]).toEqual(['', null])
})
