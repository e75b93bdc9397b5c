import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { linkCore } from './support/package.js'
import { slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

/** A plugin whose `compress` is this code. */
const plugin = (code: string) => `
import { defineCompressor, denseOf } from '@slimbed/core'
export const mine = defineCompressor({ name: 'mine', summary: 'for tests', options: {}, async compress(matrix) { ${code} } })
`

test.each([
  [
    'throws',
    'matrix.no.such',
    /^slimbed: stage "left\/mine" failed: Cannot read properties of undefined \(reading 'such'\)\n$/
  ],
  ['throws no error', 'throw "no\\nluck"', /^slimbed: stage "left\/mine" failed: no luck\n$/],
  [
    'fails when its rows are computed',
    'return denseOf({ rows: matrix.rows, dim: matrix.dim, async read() { throw new Error("later") } })',
    /^slimbed: stage "left\/mine" failed: later\n$/
  ]
])('a plugin that %s is named with its stage', async (_, code, says) => {
  const folder = scratch()
  linkCore(folder)
  put(folder, 'in.npy', npy(20, 4, numbers(20, 4)))
  put(folder, 'mine.mjs', plugin(code))
  const before = contents(folder)
  const args = [
    'compress',
    'in.npy',
    '-o',
    'out.safetensors',
    '-p',
    'lowrank(rank=4) | left/mine',
    '--plugin',
    './mine.mjs'
  ]
  const { status, stdout, stderr } = await slimbed(folder, ...args)
  expect(stderr).toMatch(says)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(contents(folder)).toEqual(before)
})
