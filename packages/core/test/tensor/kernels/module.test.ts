import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { compileKernels, moduleSource, moduleUrl } from '../../../assembly/compile.mjs'

test('the compiled kernels are those of their sources: otherwise run `pnpm kernels` in packages/core', async () => {
  expect(moduleSource(await compileKernels())).toBe(await readFile(moduleUrl, 'utf8'))
})
