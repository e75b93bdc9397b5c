import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTensor } from '@slimbed/core'
import type { ReadableSink } from '@slimbed/core/artefact'
import { bytesSource } from '@slimbed/runtime'
import { floatBytes, type GgufTensorParts, ggufFile, normals, refusal, titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { ggufMatrix, readGgufHeader, rewriteGguf, type WrittenType, writtenTypes } from '../src/index.js'
import { bitsOf, floatsFromHex, haveGguf, memorySink, reference } from './support.js'

const tensor = await createTensor({ backend: 'cpu', threads: 1 })
const scratch = mkdtempSync(join(tmpdir(), 'slimbed-gguf-'))
afterAll(async () => {
  await tensor.close()
  rmSync(scratch, { recursive: true, force: true })
})

const [rows, dim] = [40, 64]
const values = normals(rows * dim, 1)
const table: GgufTensorParts = { name: 'token_embd.weight', shape: [rows, dim], type: 0, data: floatBytes(values) }
const before: GgufTensorParts = { name: 'a', shape: [5], type: 24, data: Uint8Array.of(1, 2, 3, 4, 5) }
const after: GgufTensorParts = { name: 'z', shape: [1, 3], type: 24, data: Uint8Array.of(6, 7, 8) }
const tokens = Array.from({ length: rows }, (_, i) => `t${i}`)

async function rewritten(bytes: Uint8Array, type: WrittenType, tables?: readonly string[], sink = memorySink()) {
  const made = await rewriteGguf(bytesSource('m.gguf', bytes), sink, { type, tensor, tables })
  return { made, bytes: sink.bytes() }
}

const matrixOf = async (bytes: Uint8Array, name: string) => {
  const source = bytesSource('out', bytes)
  return ggufMatrix(source, await readGgufHeader(source), name)
}

describe.each(writtenTypes)('%s', (type) => {
  test('only the table changes', async () => {
    const bytes = ggufFile({ tokens, tensors: [before, table, after] })
    const { made, bytes: out } = await rewritten(bytes, type)
    const [was, is] = [await readGgufHeader(bytesSource('a', bytes)), await readGgufHeader(bytesSource('b', out))]
    expect(is.tensors.map(({ name, type: own }) => [name, own])).toEqual([
      ['a', 'I8'],
      ['token_embd.weight', type],
      ['z', 'I8']
    ])
    expect(is.dataStart).toBe(was.dataStart)
    const firstEntry = was.tensors[0].typeAt
    expect(out.subarray(0, firstEntry)).toEqual(new Uint8Array(bytes.subarray(0, firstEntry)))
    for (const [i, part] of [before, table, after].entries()) {
      if (part !== table) expect(out.subarray(is.tensors[i].begin, is.tensors[i].end)).toEqual(part.data)
    }
    expect(made.bytes).toBe(out.length)
    // The same parts make the same file.
    const { begin, end } = is.tensors[1]
    const number = new DataView(out.buffer).getUint32(is.tensors[1].typeAt, true)
    const again = ggufFile({
      tokens,
      tensors: [before, { ...table, type: number, data: out.slice(begin, end) }, after]
    })
    expect(Buffer.from(out).equals(again)).toBe(true)
  })

  test('the error that is reported is that of the rows in the file', async () => {
    const { made, bytes } = await rewritten(ggufFile({ tensors: [table] }), type)
    const read = await (await matrixOf(bytes, table.name)).read(0, rows)
    let [error, norm] = [0, 0]
    for (let i = 0; i < values.length; i++) {
      error += (values[i] - read[i]) ** 2
      norm += values[i] ** 2
    }
    expect(made.tables[0]).toMatchObject({ name: table.name, rows, dim, from: 'F32', to: type })
    expect(made.tables[0].measured.relativeError).toBeCloseTo(Math.sqrt(error / norm), 9)
  })

  test.skipIf(!haveGguf)(titleIf(haveGguf, 'needs gguf-py')('gguf-py reads it and has the same rows'), async () => {
    const { bytes } = await rewritten(ggufFile({ tokens, tensors: [before, table, after] }), type)
    const path = join(scratch, `${type}.gguf`)
    writeFileSync(path, bytes)
    const found = reference(['read', path, table.name]) as {
      type: string
      shape: number[]
      values: string
      tokens: string[]
    }
    expect([found.type, found.shape, found.tokens]).toEqual([type, [rows, dim], tokens])
    const own = await (await matrixOf(bytes, table.name)).read(0, rows)
    expect(bitsOf(floatsFromHex(found.values))).toEqual(bitsOf(own))
  })
})

test('any order of tensors, any alignment, padded at the end or not, types that are not known', async () => {
  const part = fc.record({ size: fc.integer({ min: 1, max: 70 }), type: fc.constantFrom(24, 99) })
  const head: GgufTensorParts = { ...table, name: 'output.weight', data: floatBytes(values.map((value) => value / 2)) }
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 4 }),
      fc.nat(4),
      fc.nat(5),
      fc.constantFrom(1, 8, 32, 64),
      fc.boolean(),
      fc.boolean(),
      async (parts, at, headAt, alignment, padded, both) => {
        const others = parts.map(({ size, type }, i): GgufTensorParts => {
          return { name: `t${i}`, shape: [size], type, data: Uint8Array.from({ length: size }, (_, j) => i + j) }
        })
        const tensors = others.toSpliced(Math.min(at, others.length), 0, table)
        tensors.splice(Math.min(headAt, tensors.length), 0, head)
        const bytes = ggufFile({ tensors, alignment, padded, tokens: ['a'] })
        const { bytes: out } = await rewritten(bytes, 'Q4_0', both ? [head.name, table.name] : [table.name])
        const { tensors: found } = await readGgufHeader(bytesSource('out', out))
        const data = new Map(found.map(({ name, begin, end }) => [name, out.slice(begin, end)]))
        const again = ggufFile({
          tensors: tensors.map((own) => {
            const changed = own === table || (both && own === head)
            return changed ? { ...own, type: 2, data: data.get(own.name)! } : own
          }),
          alignment,
          padded,
          tokens: ['a']
        })
        // Without padding at the end a tensor that ends at a multiple of the alignment may get some.
        expect(Buffer.from(out.subarray(0, again.length)).equals(again)).toBe(true)
        expect(out.subarray(again.length).every((byte) => byte === 0)).toBe(true)
        expect(out.length - again.length).toBeLessThan(padded ? 1 : alignment)
      }
    ),
    { numRuns: 60 }
  )
})

test('a table that is quantized already', async () => {
  const { bytes: first } = await rewritten(ggufFile({ tensors: [table, after] }), 'Q8_0')
  const { made, bytes: second } = await rewritten(first, 'Q4_0')
  expect(made.tables[0]).toMatchObject({ from: 'Q8_0', to: 'Q4_0' })
  expect(second.length).toBeLessThan(first.length)
})

test('weights count in the weighted error', async () => {
  const weights = Float32Array.from({ length: rows }, (_, row) => (row === 0 ? 1 : 0))
  const sink = memorySink()
  const made = await rewriteGguf(bytesSource('m', ggufFile({ tensors: [table] })), sink, {
    type: 'Q4_0',
    tensor,
    weightsOf: () => weights
  })
  const { weightedError, relativeError } = made.tables[0].measured
  expect(weightedError).toBeGreaterThan(0)
  expect(weightedError).not.toBe(relativeError)
})

describe('what is refused', () => {
  const narrow = { ...table, shape: [rows * 4, 16] }
  test.each<[string, Uint8Array, readonly string[] | undefined, RegExp]>([
    [
      'rows that are no whole blocks',
      ggufFile({ tensors: [narrow] }),
      undefined,
      /^unsupported: .*Q4_0 has blocks of 32 values.*have 16/
    ],
    [
      'the type that it has',
      ggufFile({ tensors: [{ ...table, type: 2, data: new Uint8Array(rows * 36) }] }),
      undefined,
      /^bad-option: .*is Q4_0 already/
    ],
    ['no such table', ggufFile({ tensors: [table] }), ['x'], /^bad-input: .*"x" is not there/],
    [
      'values that are not finite',
      ggufFile({ tensors: [{ ...table, data: floatBytes(values.map((value, i) => (i === 70 ? Infinity : value))) }] }),
      undefined,
      /^bad-input: .*row 1, column 6/
    ]
  ])('%s', async (_, bytes, tables, says) => {
    expect(await refusal(() => rewritten(bytes, 'Q4_0', tables))).toMatch(says)
  })

  /** A sink that gives back other bytes than it got, from one place on. */
  const faulty = (place: (size: number) => number): ReturnType<typeof memorySink> => {
    const sink = memorySink()
    const read: ReadableSink['read'] = async (offset, length) => {
      const bytes = await sink.read(offset, length)
      const at = place(sink.bytes().length) - offset
      if (at >= 0 && at < length) bytes[at] ^= 16
      return bytes
    }
    return { ...sink, read }
  }

  test('a row that is not what was meant', async () => {
    const bytes = ggufFile({ tensors: [table] })
    const said = await refusal(() =>
      rewritten(
        bytes,
        'Q4_0',
        undefined,
        faulty((size) => size - 1)
      )
    )
    expect(said).toMatch(/^corrupt-file: .*row 39 of "token_embd\.weight" differs/)
  })

  test('a header that is not what was meant', async () => {
    const bytes = ggufFile({ tokens, tensors: [table] })
    const said = await refusal(() =>
      rewritten(
        bytes,
        'Q4_0',
        undefined,
        faulty(() => 100)
      )
    )
    expect(said).toMatch(/^corrupt-file: /)
  })
})

test('many threads write the same bytes', async () => {
  const many = { ...table, shape: [4000, dim], data: floatBytes(normals(4000 * dim, 9)) }
  const bytes = ggufFile({ tensors: [many] })
  const threads = await createTensor({ backend: 'cpu', threads: 2, eager: true })
  try {
    const sink = memorySink()
    await rewriteGguf(bytesSource('m', bytes), sink, { type: 'IQ4_NL', tensor: threads })
    expect(Buffer.from(sink.bytes()).equals((await rewritten(bytes, 'IQ4_NL')).bytes)).toBe(true)
  } finally {
    await threads.close()
  }
})
