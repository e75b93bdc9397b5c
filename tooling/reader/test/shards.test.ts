import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { save } from '@slimbed/core'
import { dense, product } from '@slimbed/runtime'
import { crc32, hex8, safetensorsDataStart } from '@slimbed/runtime/format'
import { formatShards, type ShardPart } from '@slimbed/runtime/shards'
import { afterAll, expect, test } from 'vitest'
import { readNpy } from '../../../packages/runtime/test/npy.js'
import { python, run } from './python.js'

const reader = fileURLToPath(new URL('../shards.py', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'slimbed-shards-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(!python)('the independent reader reads shards, and refuses one that is damaged', async () => {
  const parts: ShardPart[] = []
  const expected: number[] = []
  for (const [i, rows] of [3, 1, 5].entries()) {
    const values = Float32Array.from({ length: rows * 2 }, (_, at) => i + at)
    const bytes = await save({
      table: product(dense(rows, 2, values), dense(2, 2, Float32Array.of(0, 1, 1, 0))),
      provenance: {}
    })
    const file = `part-${i}.safetensors`
    writeFileSync(join(folder, file), bytes)
    const header = hex8(crc32(bytes.subarray(0, safetensorsDataStart(bytes, bytes.length))))
    parts.push({ file, rows, bytes: bytes.length, header })
    for (let at = 0; at < values.length; at += 2) expected.push(values[at + 1], values[at])
  }
  const manifest = formatShards({ rows: 9, dim: 2, parts, provenance: {} })
  writeFileSync(join(folder, 'slimbed.shards.json'), manifest)
  const out = join(folder, 'out.npy')
  expect(run([reader, folder, out])).toMatchObject({ ok: true })
  expect([...readNpy(out)]).toEqual(expected)
  manifest[60] ^= 1
  writeFileSync(join(folder, 'slimbed.shards.json'), manifest)
  expect(run([reader, folder, out])).toMatchObject({ ok: false, errors: expect.stringContaining('damaged') })
})
