import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { shardsFile } from '@slimbed/runtime/shards'
import { expect, onTestFinished, test } from 'vitest'
import { earlierAt, replaceFolder, restoreEarlier } from '../../src/node/sharded/replace-folder.js'

/** A folder with the folders `out`, which has the file `a`, and `made`, which has the file `b`. */
async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'replaced-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, file] of Object.entries({ out: 'a', made: 'b' })) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, file), '')
  }
  const path = (name: string) => join(folder, name)
  return { path, files: () => readdir(folder, { recursive: true }).then((names) => names.sort()) }
}

test('a folder gets the name of another one, which is hidden then', async () => {
  const { path, files } = await place()
  expect(replaceFolder(path('made'), path('out'), true)).toBe(earlierAt(path('out')))
  const old = basename(earlierAt(path('out')))
  expect(await files()).toEqual([old, `${old}/a`, 'out', 'out/b'])
  expect(replaceFolder(path(old), path('new'), false)).toBeUndefined()
  expect(await files()).toEqual(['new', 'new/a', 'out', 'out/b'])
})

test('a folder that cannot get the name: the one that has it stays', async () => {
  const { path, files } = await place()
  expect(() => replaceFolder(path('none'), path('out'), true)).toThrow(/ENOENT/)
  expect(await files()).toEqual(['made', 'made/b', 'out', 'out/a'])
})

test('the earlier folder gets its name again where nobody has it, stays beside other files, and goes where the new table is', async () => {
  const { path, files } = await place()
  const old = earlierAt(path('out'))
  await rename(path('out'), old)
  await writeFile(path('out'), '')
  expect(await restoreEarlier(path('out'))).toBeUndefined()
  expect(await files()).toContain(`${basename(old)}/a`)
  await rm(path('out'))
  // Another process that runs may be about to give the name to the new one.
  const theirs = old.replace(`-${process.pid}.`, `-${process.ppid}.`)
  await rename(old, theirs)
  expect(await restoreEarlier(path('out'))).toBeUndefined()
  await rename(theirs, old)
  expect(await restoreEarlier(path('out'))).toMatch(/killed while it replaced this table/)
  expect(await files()).toEqual(['made', 'made/b', 'out', 'out/a'])
  await rename(path('out'), old)
  await rename(path('made'), path('out'))
  await writeFile(join(path('out'), shardsFile), '')
  expect(await restoreEarlier(path('out'))).toBeUndefined()
  expect(await files()).toEqual(['out', 'out/b', `out/${shardsFile}`])
})
