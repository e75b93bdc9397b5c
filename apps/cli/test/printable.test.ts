import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { slimbed } from './support/run.js'
import { bin, npy, numbers, put } from './support/vectors.js'

// What a file, or its name, could do to a terminal: escape sequences, 8-bit ones, and marks that turn text around.
const marks = ['\u009b31m', '\u202e', '\u2066', '\u061c', '\u200f', '\u2028'].join('')
const mark = `${marks}\u001b[31m\u0007`
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

test('what could steer a terminal, in words and in names of files, reaches it by number on every way out', async () => {
  const folder = scratch()
  const place = join(folder, `d${mark}`)
  mkdirSync(place)
  const words = ['a', `b${marks}`, `b${marks}`, 'c\u001b[31m', 'd', 'e', 'f', 'g']
  const name = `v${mark}.bin`
  put(place, name, bin(4, numbers(8, 4), words))
  put(place, 'plain.npy', npy(8, 4, numbers(8, 4)))
  const out = `out${mark}.safetensors`
  const runs = [
    ['compress', name, '-o', out, '-p', 'lowrank(rank=2)'],
    ['compress', name, '-o', out, '-p', 'lowrank(rank=2)', '--json'],
    ['inspect', out],
    ['inspect', out, '--json'],
    ['compare', name, out],
    ['nearest', out, `b${marks}`],
    ['nearest', out, 'a', '--json'],
    ['nearest', out, `z${mark}`],
    ['eval', out, '--against', name],
    ['decompress', out, '-o', `back${mark}.npy`],
    ['inspect', `no${mark}`],
    ['inspect', name, `--no${mark}`],
    ['compress', 'plain.npy', '-o', out, '-p', `no${mark}`],
    [`no${mark}`]
  ]
  for (const args of runs) {
    const { stdout, stderr } = await slimbed(place, ...args)
    expect(`${stdout}${stderr}`).not.toMatch(raw)
  }
  const { stdout } = await slimbed(place, 'nearest', out, `b${marks}`, '--json')
  expect(JSON.parse(stdout).queries[0].query).toBe(`b${marks}`)
})
