import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { load } from '@slimbed/runtime'
import { parseShards } from '@slimbed/runtime/shards'
import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, program, slimbed, start } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

const [rows, dim] = [900, 16]
const pipeline = 'lowrank(rank=8) | fixedpoint(bits=4)'

async function written() {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, numbers(rows, dim), words(rows)))
  const flags = ['-o', 'table/', '-p', pipeline, '--shard-size', '6kB', '--json']
  const report = JSON.parse(await output(folder, 'compress', 'in.bin', ...flags))
  return { folder, report }
}

test('a folder of parts, each an artefact, that every command reads', async () => {
  const { folder, report } = await written()
  const manifest = parseShards(new Uint8Array(readFileSync(join(folder, 'table/slimbed.shards.json'))))
  expect(manifest.parts.length).toBeGreaterThan(1)
  expect(readdirSync(join(folder, 'table')).sort()).toEqual([
    ...manifest.parts.map(({ file }) => file),
    'slimbed.shards.json'
  ])
  expect([manifest.rows, manifest.dim]).toEqual([rows, dim])
  const parts = manifest.parts.map(({ file }) => load(readFileSync(join(folder, 'table', file))))
  expect(parts.map(({ table }) => table.rows)).toEqual(manifest.parts.map((part) => part.rows))
  expect(parts[1].vocabulary?.word(0)).toBe(`w${manifest.parts[0].rows}`)
  expect(report.output.bytes).toBe(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0))
  const compared = JSON.parse(await output(folder, 'compare', 'in.bin', 'table', '--json'))
  expect(compared.relativeError).toBeCloseTo(report.relativeError, 6)
  expect(compared.meanCosine).toBeCloseTo(report.meanCosine, 6)
  const inspected = JSON.parse(await output(folder, 'inspect', 'table', '--json'))
  expect(inspected).toMatchObject({ rows, dim })
  const nearest = JSON.parse(await output(folder, 'nearest', 'table/', 'w800', '-k', '3', '--json'))
  expect(JSON.stringify(nearest)).toContain('w800')
  expect(await output(folder, 'check', 'table', '--against', 'in.bin', '--max-error', '1')).toContain('✓')
  await output(folder, 'decompress', 'table', '-o', 'out.vec')
  expect(readFileSync(join(folder, 'out.vec'), 'utf8').split('\n')[rows]).toMatch(/^w899 /)
})

test('shards are replaced, another folder is not', async () => {
  const { folder } = await written()
  await output(folder, 'compress', 'in.bin', '-o', 'table', '-p', 'fixedpoint(bits=8)', '--shard-size', '1MB')
  expect(readdirSync(join(folder, 'table'))).toEqual(['part-00001-of-00001.safetensors', 'slimbed.shards.json'])
  writeFileSync(join(folder, 'table/mine.txt'), 'mine')
  const { status, stderr } = await slimbed(folder, 'compress', 'in.bin', '-o', 'table/', '-p', 'fixedpoint')
  expect([status, stderr]).toEqual([2, expect.stringContaining('mine.txt')])
  expect(readdirSync(folder).sort()).toEqual(['in.bin', 'table'])
  const clash = await slimbed(folder, 'compress', 'in.bin', '-o', 'new/', '-p', 'fixedpoint', '--subwords', 'all')
  expect([clash.status, clash.stderr]).toEqual([2, expect.stringContaining('does not go with --subwords all')])
})

test('a damaged part is refused, and named', async () => {
  const { folder } = await written()
  const path = join(folder, 'table', readdirSync(join(folder, 'table'))[1])
  const bytes = readFileSync(path)
  bytes[bytes.length - 5] ^= 1
  writeFileSync(path, bytes)
  const { status, stderr } = await slimbed(folder, 'inspect', 'table')
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/table: part-00002-of-\d+\.safetensors: .*(checksum|damaged)/)
  ])
})

test('a killed run leaves nothing that opens, and the next command in the folder removes it', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(200_000, 32, numbers(200_000, 32)))
  const flags = ['compress', 'in.npy', '-o', 'table/', '-p', pipeline, '--shard-size', '500kB']
  const child = spawn(process.execPath, [program, ...flags], { cwd: folder, stdio: 'ignore' })
  const closed = new Promise((done) => child.on('close', done))
  for (let turn = 0; turn < 400 && readdirSync(folder).length < 2; turn++)
    await new Promise((done) => setTimeout(done, 25))
  child.kill('SIGKILL')
  await closed
  expect(existsSync(join(folder, 'table'))).toBe(false)
  await slimbed(folder, 'compare', 'in.npy', 'in.npy')
  expect(readdirSync(folder)).toEqual(['in.npy'])
})

test('a run that is killed while it replaces a table: the next command gives the earlier one its name again, and says so', async () => {
  const { folder } = await written()
  const manifest = () => readFileSync(join(folder, 'table/slimbed.shards.json'), 'utf8')
  const earlier = manifest()
  // The table is replaced by two renames; the process dies when the second one is asked for.
  put(
    folder,
    'killed.mjs',
    `import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { renameSync } = fs
    fs.renameSync = (from, to) => (/table$/.test(to) ? process.kill(process.pid, 'SIGKILL') : renameSync(from, to))
    syncBuiltinESMExports()`
  )
  const flags = ['compress', 'in.bin', '-o', 'table', '-p', 'fixedpoint(bits=8)', '--shard-size', '1MB']
  const kill = () =>
    start(folder, process.execPath, ['--import', pathToFileURL(join(folder, 'killed.mjs')).href, program, ...flags])
      .ended
  expect((await kill()).signal).toBe('SIGKILL')
  expect(existsSync(join(folder, 'table'))).toBe(false)
  const said =
    'slimbed: warning: table: a run was killed while it replaced this table; the earlier table has its name again\n'
  const inspected = await slimbed(folder, 'inspect', 'table')
  expect([inspected.status, inspected.stderr]).toEqual([0, said])
  expect(manifest()).toBe(earlier)
  expect((await kill()).signal).toBe('SIGKILL')
  const replaced = await slimbed(folder, ...flags)
  expect([replaced.status, replaced.stderr]).toEqual([0, said])
  expect(manifest()).not.toBe(earlier)
  expect(readdirSync(folder).sort()).toEqual(['in.bin', 'killed.mjs', 'table'])
})
