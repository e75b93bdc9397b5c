import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { allOf, haveNumpy, matrixOver, numpy, read, refusal, utf8, written } from '../support.js'

/** A `.npy` file with a given header and data. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = utf8(`${header}\n`)
  const prefix = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8)
  return Buffer.concat([prefix, version > 1 ? new Uint8Array(2) : new Uint8Array(0), text, data])
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`
const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)

describe('.npy', () => {
  test('versions 1 to 3, any spelling of the header', async () => {
    for (const version of [1, 2, 3]) {
      const { matrix, format } = await read(npy(header("'<f4'", '(2, 2)'), four, version))
      expect(format).toBe('npy')
      expect([...(await allOf(matrix))]).toEqual([1, 2, 3, 4])
    }
    const odd = npy('{"shape":(2,2),"fortran_order":False,"descr":"<f4"}   ', four)
    expect([...(await allOf((await read(odd)).matrix))]).toEqual([1, 2, 3, 4])
  })

  test.each([
    ['Python 2 on 64-bit Windows', "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 2L), }"],
    ['no commas at the end', "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}"],
    ['commas at every end', "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2,),}"],
    ['spaces and line ends', "  { 'shape' :( 2 ,\n2 ) , 'descr':u'<f4','fortran_order' :False }  "],
    ['Python 2 unicode', "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2l, 2l)}"],
    ['native order', '{"descr": "=f4", "fortran_order": False, "shape": (2, 2)}']
  ])('header: %s', async (_, text) => {
    expect([...(await allOf((await read(npy(text, four))).matrix))]).toEqual([1, 2, 3, 4])
  })

  test('Fortran order: blocks of rows are pieces of columns, in small files and in large ones', async () => {
    const small = await read(npy(header("'<f4'", '(2, 2)', 'True'), four))
    expect([...(await allOf(small.matrix))]).toEqual([1, 3, 2, 4])
    const [rows, dim] = [90_001, 4]
    const values = Float32Array.from({ length: rows * dim }, (_, i) => i % rows)
    const { matrix } = await read(npy(header("'<f4'", `(${rows}, ${dim})`, 'True'), new Uint8Array(values.buffer)))
    expect([...(await matrix.read(rows - 2, 2))]).toEqual([...Array(dim).fill(rows - 2), ...Array(dim).fill(rows - 1)])
    expect([...(await matrix.read(7, 1))]).toEqual(Array(dim).fill(7))
    const nan = Float32Array.of(1, 2, Number.NaN, 4)
    const bad = await read(npy(header("'<f4'", '(2, 2)', 'True'), new Uint8Array(nan.buffer)))
    expect(await refusal(allOf(bad.matrix))).toMatch(/^bad-input: in, row 0, column 1/)
  })

  test('integers are read with a warning', async () => {
    const { matrix, warnings } = await read(npy(header("'|i1'", '(2, 2)'), Uint8Array.of(1, 255, 128, 127)))
    expect([...(await allOf(matrix))]).toEqual([1, -1, -128, 127])
    expect(warnings).toEqual([
      'in: integers (I8) are read as they are: if they were scaled, only the directions of vectors are right'
    ])
  })

  test('a hostile shape is refused at once', async () => {
    const digits = '1'.repeat(60_000)
    expect(await refusal(read(npy(header("'<f4'", `(${digits}x`))))).toMatch(
      /^corrupt-file: in, byte 10: expected a .npy/
    )
    for (const shape of [`(${' '.repeat(60_000)}2 2)`, '(2 2)', '(2,,2)', '(,)', '('.repeat(60_000), '2', '(2x, 2)']) {
      expect(await refusal(read(npy(header("'<f4'", shape))))).toMatch(/^corrupt-file: in, byte 10: expected a .npy/)
    }
    expect(await refusal(read(npy(header("'<f4'", `(${digits}, ${digits})`))))).toMatch(/^corrupt-file: in/)
  })

  test.each([
    [
      'objects',
      header("'|O'", '(2, 2)'),
      'unsupported: in: expected elements f2, f4, f8 or integers, came "|O", Python objects (a pickle, which can run code); save as float32'
    ],
    [
      'booleans',
      header("'|b1'", '(2, 2)'),
      'unsupported: in: expected elements f2, f4, f8 or integers, came "|b1", booleans or bytes; save as float32'
    ],
    [
      'records',
      header("[('a', '<f4')]", '(2, 2)'),
      'unsupported: in: expected elements f2, f4, f8 or integers, came "[…]", records; save as float32'
    ],
    [
      'complex numbers',
      header("'<c8'", '(2, 2)'),
      'unsupported: in: expected elements f2, f4, f8 or integers, came "<c8", complex numbers; save as float32'
    ],
    [
      'long doubles',
      header("'<f16'", '(2, 2)'),
      'unsupported: in: expected elements f2, f4, f8 or integers, came "<f16", floats of another size; save as float32'
    ],
    [
      'one dimension',
      header("'<f4'", '(4,)'),
      'unsupported: in: expected two dimensions, rows × dim; its shape is (4)'
    ],
    [
      'three dimensions',
      header("'<f4'", '(2, 2, 1)'),
      'unsupported: in: expected two dimensions, rows × dim; its shape is (2, 2, 1)'
    ],
    ['no rows', header("'<f4'", '(0, 2)'), 'bad-input: in: expected rows of vectors; the matrix is 0 × 2'],
    [
      'a shape that lies',
      header("'<f4'", '(3, 2)'),
      'corrupt-file: in, byte 86: expected 3 × 2 F32 elements, 94 bytes in all; the file ends before'
    ],
    [
      'a huge shape',
      header("'<f4'", '(99999999999999999999, 300)'),
      /^corrupt-file: in, byte \d+: expected 100000000000000000000 × 300/
    ],
    ['a negative shape', header("'<f4'", '(-2, 2)'), /^corrupt-file: in, byte 10: expected a .npy header/],
    [
      'code in the header',
      `${header("'<f4'", '(2, 2)')} + exit()`,
      /^corrupt-file: in, byte 10: expected a .npy header/
    ],
    ['no header', '', /^corrupt-file: in, byte 10: expected a .npy header/]
  ])('%s', async (_, text, message) => {
    expect(await refusal(read(npy(text, four)))).toMatch(message)
  })

  test('a header that NumPy does not take: other keys, gaps that are none in Python', async () => {
    const good = header("'<f4'", '(2, 2)')
    for (const bad of [good.replace("{'", "{'note': 'x', '"), good.replace(': ', ':\xa0'), `${good.trimEnd()}\x0b\n`]) {
      expect(await refusal(read(npy(bad, four)))).toMatch(/^corrupt-file: in, byte 10: expected a \.npy header/)
    }
  })

  test('a version to come, a header cut short', async () => {
    expect(await refusal(read(npy(header("'<f4'", '(2, 2)'), four, 4)))).toBe(
      'unsupported: in: .npy version 4.0, not 1.0, 2.0 or 3.0'
    )
    const minor = npy(header("'<f4'", '(2, 2)'), four)
    minor[7] = 8
    expect(await refusal(read(minor))).toBe('unsupported: in: .npy version 1.8, not 1.0, 2.0 or 3.0')
    for (const length of [6, 8, 10, 40]) {
      expect(await refusal(read(npy(header("'<f4'", '(2, 2)'), four).subarray(0, length)))).toMatch(
        /^(corrupt-file|unsupported): in/
      )
    }
  })

  test('NaN and doubles beyond float32 are refused with their row', async () => {
    const bad = npy(header("'<f4'", '(2, 2)'), new Uint8Array(Float32Array.of(1, 2, 3, Number.NaN).buffer))
    expect(await refusal(allOf((await read(bad)).matrix))).toBe(
      'bad-input: in, row 1, column 1 (both from 0): expected a finite float32 number, came NaN'
    )
    const large = npy(header("'<f8'", '(2, 1)'), new Uint8Array(Float64Array.of(1, -1e39).buffer))
    expect(await refusal(allOf((await read(large)).matrix))).toMatch(/row 1, column 0 .* came -Infinity$/)
    expect(await refusal(written('npy', 2, Float32Array.of(1, Number.NaN)))).toMatch(
      /^bad-input: .npy, row 0, column 1/
    )
  })

  test('bytes after the matrix are ignored, with a warning', async () => {
    const { warnings } = await read(npy(header("'<f4'", '(2, 1)'), four))
    expect(warnings).toEqual(['in: 8 bytes after the matrix are ignored'])
  })
})

const folder = mkdtempSync(join(tmpdir(), 'slimbed-npy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const make = `
import numpy, sys, json
path, dtype = sys.argv[1:]
a = numpy.random.default_rng(5).normal(0, 1, (37, 11))
if dtype[1] in 'iu':
    limits = numpy.iinfo(dtype)
    a = numpy.random.default_rng(5).integers(limits.min, limits.max, (37, 11), dtype.replace('>', '<'), endpoint=True)
a = a.astype(dtype)
numpy.save(path, a)
print(json.dumps(a.astype('<f4').view('<u4').ravel().tolist()))`

describe.skipIf(!haveNumpy)(`files made by NumPy${haveNumpy ? '' : ' (skipped: no NumPy)'}`, () => {
  test.each(['<f2', '>f2', '<f4', '>f4', '<f8', '>f8', '|i1', '|u1', '<i2', '>u4', '>i8', '<u8'])(
    '%s',
    async (dtype) => {
      const path = join(folder, 'made.npy')
      const bits = numpy(make, path, dtype) as number[]
      const { matrix } = await read(readFileSync(path))
      expect(matrix).toMatchObject({ rows: 37, dim: 11 })
      const values = await allOf(matrix)
      expect([...new Uint32Array(values.buffer, values.byteOffset, values.length)]).toEqual(bits)
      const some = await matrix.read(5, 7)
      expect(some).toEqual(values.slice(55, 132))
    }
  )

  test('NumPy reads what is written', async () => {
    const { writeVectors } = await import('../../src/node/index.js')
    const values = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i))
    const path = join(folder, 'written.npy')
    await writeVectors(path, { matrix: matrixOver(values, 5) })
    const script =
      'import numpy,sys,json; a=numpy.load(sys.argv[1]); print(json.dumps([a.dtype.str, a.shape, a.tolist()]))'
    const rows = Array.from({ length: 12 }, (_, row) => [...values.subarray(row * 5, row * 5 + 5)])
    expect(numpy(script, path)).toEqual(['<f4', [12, 5], rows])
  })
})
