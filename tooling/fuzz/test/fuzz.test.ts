import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { pythonWith, runPython } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Case, runCases } from './run.js'
import { artefactSeeds } from './seeds/artefacts.js'
import { modelSeeds } from './seeds/models.js'
import { otherSeeds } from './seeds/others.js'
import { kinds } from './seeds/seed.js'
import { trainedSeeds } from './seeds/trained.js'
import { vectorSeeds } from './seeds/vectors.js'

/** SLIMBED_FUZZ=20000 tries more, SLIMBED_FUZZ_SEED=7 others; SLIMBED_FUZZ_KEEP=1 keeps the files. */
const { SLIMBED_FUZZ = '2500', SLIMBED_FUZZ_SEED = '2', SLIMBED_FUZZ_KEEP } = process.env
const count = Number(SLIMBED_FUZZ)

interface Compared {
  readonly compared: Readonly<Record<string, number>>
  readonly differ: readonly object[]
  readonly refused: readonly { readonly as: string; readonly reason: string; readonly warned: boolean }[]
}

const python = pythonWith('numpy', 'gensim') ?? pythonWith('numpy')

describe(`${count} damaged files`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-fuzz-'))
  let cases: Case[] = []

  beforeAll(async () => {
    const tensor = await createTensor({ backend: 'cpu' })
    const seeds = [
      ...(await vectorSeeds()),
      ...(await artefactSeeds(tensor)),
      ...(await trainedSeeds(tensor)),
      ...otherSeeds(),
      ...modelSeeds()
    ]
    await tensor.close()
    expect(new Set(seeds.map(({ kind }) => kind))).toEqual(new Set(kinds))
    cases = await runCases(folder, seeds, Number(SLIMBED_FUZZ_SEED), count)
  }, 3_600_000)
  afterAll(() => {
    if (SLIMBED_FUZZ_KEEP) console.log(`the cases are in ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  })

  test('are read or refused in one line: none crashes, hangs, leaves a file or takes more memory than it may', () => {
    expect(cases.filter(({ outcome }) => outcome === 'fault')).toEqual([])
    expect(cases.length).toBe(count)
    // Damage that is always noticed, or never, would try nothing.
    for (const kind of kinds) {
      const own = cases.filter(({ name }) => name.startsWith(`${kind}+`))
      // Files of tasks that cannot be read are left out.
      for (const outcome of kind === 'tasks' ? ['read'] : ['read', 'refused']) {
        expect([kind, outcome, own.some((one) => one.outcome === outcome)]).toEqual([kind, outcome, true])
      }
    }
    if (SLIMBED_FUZZ_KEEP) {
      const [peak, seconds] = [Math.max(...cases.map((one) => one.peak)), Math.max(...cases.map((one) => one.seconds))]
      const read = cases.filter(({ outcome }) => outcome === 'read').length
      console.log(`${read} of ${count} read; at most ${Math.round(peak / 2 ** 20)} MB and ${seconds} s`)
    }
  })

  test.skipIf(!python)(
    `what is read has the numbers that other readers find${python ? '' : ' (skipped: no Python with NumPy)'}`,
    { timeout: 3_600_000 },
    () => {
      const script = fileURLToPath(new URL('reference/compare.py', import.meta.url))
      const found = runPython(python, ['-B', script, folder]) as Compared
      if (SLIMBED_FUZZ_KEEP) console.log(JSON.stringify(found.compared), found.refused.length)
      expect(found.differ).toEqual([])
      // What another reader refuses is read with a warning that says what is odd about it.
      expect(found.refused.filter(({ warned }) => !warned)).toEqual([])
    }
  )
})
