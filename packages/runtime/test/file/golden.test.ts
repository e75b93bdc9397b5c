import { readFileSync } from 'node:fs'
import { load } from '@slimbed/runtime'
import { expect, test } from 'vitest'
import { readNpy } from '../npy.js'
import { decode } from '../sample.js'

const golden = (name: string) => new URL(`../golden/${name}`, import.meta.url)

// The rows beside the file were written by tooling/reader/slimbed_reader.py.
test('a file of format 1 keeps its rows and words', () => {
  const { table, vocabulary, manifest } = load(readFileSync(golden('every-kind.safetensors')))
  expect([table.rows, table.dim]).toEqual([15, 10])
  const [found, expected] = [decode(table), readNpy(golden('every-kind.rows.npy'))]
  const group = table.tensors.group?.data
  expected.forEach((value, i) => {
    const summed = group?.[Math.floor(i / table.dim)] === 1
    if (summed) expect(found[i]).toBeCloseTo(value, 5)
    else expect(found[i]).toBe(value)
  })
  const words = ['the', 'of', 'naïve', '日本', '', 'the', '🙂', 'a b', 'x', 'y', 'z', 'ß', 'I', '__proto__', 'end']
  expect(words.map((_, row) => vocabulary?.word(row))).toEqual(words)
  expect(words.map((word) => vocabulary?.find(word))).toEqual([0, 1, 2, 3, 4, 0, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  expect(vocabulary?.counts?.[14]).toBe(986)
  expect(manifest.provenance).toEqual({ pipeline: 'by hand', seed: 2024 })
})
