import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { folderStore } from '../../src/node/index.js'

/** A folder that is removed when the test ends. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'slimbed-store-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const bytes = (...values: readonly number[]) => Uint8Array.from(values)

test('what was put is there, the last of several, until it is removed', async () => {
  const root = join(folder(), 'store')
  const store = folderStore(root, { temporary: true })
  expect(await store.get('run/1.0')).toBeUndefined()
  expect(await store.list('run/')).toEqual([])
  await store.put('run/1.0', bytes(1, 2, 3))
  await store.put('run/1.0', bytes(4, 5))
  await store.put('run/1.1', bytes())
  await store.put('other/1.0', bytes(9))
  expect(await store.get('run/1.0')).toEqual(bytes(4, 5))
  expect(await store.get('run/1.1')).toEqual(bytes())
  expect([await store.has('run/1.0'), await store.has('run/2.0')]).toEqual([true, false])
  expect(await store.list('run/')).toEqual(['run/1.0', 'run/1.1'])
  await store.remove('run/1.1')
  await store.remove('run/1.1')
  expect(readdirSync(join(root, 'run'))).toEqual(['1.0'])
  await store.clear('run')
  expect(readdirSync(root)).toEqual(['other'])
  await store.clear('other')
  expect(existsSync(root)).toBe(false)
})

test('bytes are read into memory that is there, if they fit', async () => {
  const store = folderStore(folder())
  await store.put('run/1.0', bytes(1, 2, 3))
  const room = bytes(9, 9, 9, 9)
  const found = await store.get('run/1.0', room)
  expect(found).toEqual(bytes(1, 2, 3))
  expect(found?.buffer).toBe(room.buffer)
  expect(room).toEqual(bytes(1, 2, 3, 9))
  const small = bytes(7, 7)
  expect(await store.get('run/1.0', small)).toEqual(bytes(1, 2, 3))
  expect(small).toEqual(bytes(7, 7))
})

test('what cannot be written leaves nothing; keys stay within the folder', async () => {
  const root = folder()
  const store = folderStore(root)
  mkdirSync(join(root, 'run/1.0/taken'), { recursive: true })
  await expect(store.put('run/1.0', bytes(1))).rejects.toThrow(/^store \S+: run\/1\.0 cannot be written/)
  expect(readdirSync(join(root, 'run'))).toEqual(['1.0'])
  for (const key of ['../1.0', 'run/../../1.0', '/run', 'run/', '', 'a b']) {
    await expect(store.put(key, bytes(1))).rejects.toThrow(/not a key/)
  }
})
