import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { compileLoops, moduleSource, moduleUrl } from '../../assembly/compile.mjs'

test('the compiled loops are those of their sources: otherwise run `pnpm kernels` in packages/io', async () => {
  expect(moduleSource(await compileLoops())).toBe(await readFile(moduleUrl, 'utf8'))
})
