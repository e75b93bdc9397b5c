import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { replaceFolder } from '../../src/node/sharded/replace-folder.js'

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

test('a folder gets the name of another one, which gets another', async () => {
  const { path, files } = await place()
  await replaceFolder(path('made'), path('out'), path('old'))
  expect(await files()).toEqual(['old', 'old/a', 'out', 'out/b'])
  await replaceFolder(path('old'), path('new'), undefined)
  expect(await files()).toEqual(['new', 'new/a', 'out', 'out/b'])
})

test('a folder that cannot get the name: the one that has it stays', async () => {
  const { path, files } = await place()
  await expect(replaceFolder(path('none'), path('out'), path('old'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await files()).toEqual(['made', 'made/b', 'out', 'out/a'])
})
