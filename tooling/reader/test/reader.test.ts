import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { save } from '@slimbed/core'
import { saveModelTo } from '@slimbed/core/artefact'
import { load, type Table, tableKinds } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { walk } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { afterAll, describe, expect, test } from 'vitest'
import { readNpy } from '../../../packages/runtime/test/npy.js'
import { decode, generator, type Sample, sample } from '../../../packages/runtime/test/sample.js'
import { python, run } from './python.js'

const reader = fileURLToPath(new URL('../slimbed_reader.py', import.meta.url))
const golden = fileURLToPath(new URL('../../../packages/runtime/test/golden/every-kind.safetensors', import.meta.url))

/** Decodes every `N.safetensors` of a folder to `N.npy` in one process. */
const batch = `
import pathlib, sys
import numpy as np
sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))
import slimbed_reader
for file in pathlib.Path(sys.argv[2]).glob("*.safetensors"):
    rows, words, counts = slimbed_reader.read(file)
    if words is not None:
        file.with_suffix(".words").write_bytes(b"\\n".join(words))
        np.save(file.with_suffix(".counts.npy"), counts.astype(np.float32))
    np.save(file.with_suffix(".npy"), rows)
`

test.each([
  ['slimbed_reader.py', ['base64', 'json', 'struct', 'sys', 'zlib', 'numpy', 'seeded', 'kinds', 'runs', 'words']],
  ['words.py', ['kinds']],
  ['subwords.py', ['numpy', 'kinds', 'slimbed_reader']],
  ['shards.py', ['json', 'os', 're', 'sys', 'zlib', 'numpy', 'kinds', 'slimbed_reader']],
  ['kinds.py', ['numpy', 'trellis']],
  ['trellis.py', ['struct']],
  ['runs.py', ['numpy', 'kinds']],
  ['seeded.py', ['math', 'numpy']]
])('%s is under 120 lines and imports nothing but NumPy and what Python brings', (name, expected) => {
  const source = readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')
  expect(source.split('\n').length).toBeLessThan(120)
  const imports = [...source.matchAll(/^(?:import|from) (\w+)/gm)].map(([, module]) => module)
  expect(imports).toEqual(expected)
})

describe.skipIf(!python)(`the independent reader${python ? '' : ' (skipped: no Python with NumPy)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-reader-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('reads the tables of a model by name', async () => {
    const [one, other] = [sample(generator(3), 7, 5, 3), sample(generator(4), 7, 9, 2)]
    const path = join(folder, 'model.safetensors')
    let file = Buffer.alloc(0)
    const bias = {
      name: 'bias',
      dtype: 'I64',
      shape: [1],
      bytes: 8,
      chunks: async function* () {
        yield new Uint8Array(8)
      }
    }
    const tables = new Map([
      ['a.weight', one.table],
      ['b/c', other.table]
    ])
    const write = async (bytes: Uint8Array, at: number) => {
      file = Buffer.concat([file, Buffer.alloc(Math.max(0, at + bytes.length - file.length))])
      file.set(bytes, at)
    }
    await saveModelTo({ tables, tensors: [bias], provenance: {} }, { write })
    writeFileSync(path, file)
    for (const [name, table] of tables) {
      expect(run([reader, path, `${path}.npy`, name])).toEqual({ ok: true, output: '', errors: '' })
      const [found, ours] = [readNpy(`${path}.npy`), decode(table)]
      expect(found.length).toBe(ours.length)
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(ours[i], 3)
      })
    }
    rmSync(path)
  })

  test('agrees with the runtime on every kind, nested in any way', { timeout: 120_000 }, async () => {
    const made: (Sample & { list: string[]; counts: number[]; words: boolean })[] = []
    const kinds = new Set<string>()
    for (let seed = 0; seed < 150; seed++) {
      const random = generator(seed)
      const rows = seed % 12
      const one = sample(random, rows, 1 + Math.floor(random() * 40), seed % 4)
      // Words that repeat, begin alike, are not Latin and are empty.
      const list = Array.from({ length: rows }, () => ['', 'é', 'приве', 'привет', 'a', 'аб'][Math.floor(random() * 6)])
      const counts = list.map(() => Math.floor(random() * 1000))
      const vocabulary = rows > 0 && seed % 2 === 0 ? vocabularyOf(list, counts) : undefined
      made.push({ ...one, list, counts, words: vocabulary !== undefined })
      writeFileSync(
        join(folder, `${seed}.safetensors`),
        await save({ table: one.table, vocabulary, provenance: { seed } })
      )
      for (const { table } of walk(one.table)) kinds.add(table.kind)
    }
    expect([...kinds].sort()).toEqual([...new Set([...tableKinds, ...optionalKinds].map(({ kind }) => kind))].sort())
    expect(run(['-c', batch, reader, folder])).toEqual({ ok: true, output: '', errors: '' })
    made.forEach(({ table, values, slack, list, counts, words }, seed) => {
      if (words) {
        expect(readFileSync(join(folder, `${seed}.words`), 'utf8').split('\n')).toEqual(list)
        expect([...readNpy(join(folder, `${seed}.counts.npy`))]).toEqual(counts)
      }
      const found = readNpy(join(folder, `${seed}.npy`))
      expect(found.length).toBe(values.length)
      const ours = decode(table)
      const wrong = found.findIndex((value, i) =>
        slack[i] === 0 ? !Object.is(value, ours[i]) : !(Math.abs(value - ours[i]) <= 2 * slack[i])
      )
      if (wrong >= 0)
        expect.unreachable(`artefact ${seed} at ${wrong}: ${found[wrong]}, the runtime says ${ours[wrong]}`)
    })
  })

  test('runs as a command', () => {
    const out = join(folder, 'out.npy')
    expect(run([reader, golden, out])).toEqual({ ok: true, output: '', errors: '' })
    const table: Table = load(readFileSync(golden)).table
    expect(readNpy(out).length).toBe(table.rows * table.dim)
    expect(run([reader]).errors).toContain('usage:')
  })

  test('refuses damage', () => {
    const file = readFileSync(golden)
    const places = [3, 40, 60, 400, Math.floor(file.length * 0.8), file.length - 1]
    for (const at of places) {
      const damaged = Buffer.from(file)
      damaged[at] ^= 1
      writeFileSync(join(folder, 'damaged'), damaged)
      expect(run([reader, join(folder, 'damaged'), join(folder, 'damaged.npy')]).ok).toBe(false)
    }
    writeFileSync(join(folder, 'damaged'), file.subarray(0, file.length - 1))
    expect(run([reader, join(folder, 'damaged'), join(folder, 'damaged.npy')]).errors).toContain('CorruptFile')
  })
})
