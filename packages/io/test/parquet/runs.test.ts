import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { expect, test } from 'vitest'
import { bytesSource } from '../../src/index.js'
import { nodeHost } from '../../src/node/host.js'
import { checkRuns } from '../../src/node/worker/parquet-runs.js'
import { readVectorsOn } from '../../src/read.js'
import { refusal } from '../support.js'

test('runs that pass are read within their array', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(60),
      (bytes, width, values) => {
        try {
          checkRuns(bytes, width, values, undefined)
        } catch {
          return
        }
        const out = new Array(values)
        try {
          const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 }
          readRleBitPackedHybrid(reader, width, out, bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
        expect(out.length).toBe(values)
      }
    ),
    { numRuns: 1000, examples: [[Uint8Array.of(1, 0, 82, 0), 1, 1]] }
  )
})

test('rows that go on for ever are refused', () => {
  const list = { length: 0 }
  // Runs of 2^23 levels that go on with a row.
  const run = [0x80, 0x80, 0x80, 0x08, 1]
  expect(() => checkRuns(Uint8Array.from([...run, ...run]), 1, 2 ** 25, list)).not.toThrow()
  expect(() => checkRuns(Uint8Array.from(run), 1, 2 ** 25, list)).toThrow(/more than 16777216 numbers in a row/)
})

test('a run of more values than its page has, which would end the program, is refused', async () => {
  const file = new Uint8Array(readFileSync(join(import.meta.dirname, 'pyarrow.parquet')))
  const { row_groups: groups } = parquetMetadata(file, { geoparquet: false })
  const column = groups[1].columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === 'wide')
  const reader = { view: new DataView(file.buffer), offset: Number(column?.meta_data?.data_page_offset) }
  expect(parquetHeader(reader).type).toBe('DATA_PAGE_V2')
  file.set([0xfe, 0xff, 0xff, 0xff, 0x0f], reader.offset)
  const { matrix } = await readVectorsOn(nodeHost, bytesSource('in', file), { column: 'wide' })
  expect((await matrix.read(0, 12)).length).toBe(96)
  expect(await refusal(matrix.read(12, 1))).toMatch(
    /^bad-input: in, row group 1 \(from 0\): .*a run of 2147483647 values, of 96 that are left$/
  )
})
