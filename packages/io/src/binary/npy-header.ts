import { SlimbedError } from '@slimbed/core'
import type { FloatType } from './elements.js'
import type { Stored } from './stored-matrix.js'

const latin1 = new TextDecoder('latin1')
const types: Readonly<Record<string, FloatType>> = { f2: 'F16', f4: 'F32', f8: 'F64' }

/** What the letters of NumPy's type codes stand for, for errors. */
const kinds: Readonly<Record<string, string>> = {
  O: 'Python objects (a pickle, which can run code)',
  b: 'booleans or bytes',
  i: 'integers',
  u: 'integers',
  c: 'complex numbers',
  S: 'strings',
  U: 'strings',
  V: 'records',
  M: 'dates',
  m: 'durations',
  f: 'floats of another size'
}

/** The text of the header and where the data begins. */
function headerText(head: Uint8Array, name: string): { text: string; start: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const major = head[6] ?? 0
  if (major < 1 || major > 3) throw new SlimbedError('unsupported', `${name}: .npy version ${major}, not 1, 2 or 3`)
  const prefix = major === 1 ? 10 : 12
  const length = head.length < prefix ? 0 : major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = prefix + length
  if (head.length < prefix || start > head.length) {
    const message = `${name}, byte ${head.length}: expected a header of ${start} bytes; it is cut short or too long`
    throw new SlimbedError('corrupt-file', message)
  }
  return { text: latin1.decode(head.subarray(prefix, start)), start }
}

/**
 * Where the matrix of a `.npy` file lies, from the file's first bytes: two dimensions, C order, float16, 32 or 64.
 *
 * Throws `corrupt-file` for a damaged header, `unsupported` naming what is not read.
 */
export function npyHeader(head: Uint8Array, name: string): Stored {
  const { text, start } = headerText(head, name)
  const descr = /(['"])descr\1\s*:\s*(?:(['"])([^'"]*)\2|(\[))/.exec(text)
  const order = /(['"])fortran_order\1\s*:\s*(True|False)\b/.exec(text)
  // A list of sizes is taken apart by hand: no pattern for one is quick on every header.
  const shape = /(['"])shape\1\s*:\s*\(([\d\s,]*)\)/.exec(text)
  if (!descr || !order || !shape || !/^\s*\{.*\}\s*$/s.test(text)) {
    const message = `${name}, byte 10: expected a .npy header with descr, fortran_order and shape`
    throw new SlimbedError('corrupt-file', message)
  }
  const code = descr[4] ? '[…]' : descr[3]
  const type = /^[<>=]?f[248]$/.test(code) ? types[code.slice(-2)] : undefined
  if (!type) {
    const kind = descr[4] ? kinds.V : (kinds[code.replace(/^[<>=|]/, '')[0] ?? ''] ?? 'unknown')
    const message = `${name}: expected elements f2, f4 or f8, came ${JSON.stringify(code)}, ${kind}; save as float32`
    throw new SlimbedError('unsupported', message)
  }
  const sizes = shape[2].split(',').map((size) => size.trim())
  if (sizes.at(-1) === '') sizes.pop()
  const [rows, dim] = sizes.map(Number) as [number, number]
  if (!sizes.every((size) => /^\d+$/.test(size))) {
    const message = `${name}, byte 10: expected a shape such as (10, 3), came ${JSON.stringify(shape[2].slice(0, 40))}`
    throw new SlimbedError('corrupt-file', message)
  }
  if (sizes.length !== 2) {
    throw new SlimbedError(
      'unsupported',
      `${name}: expected two dimensions, rows × dim; its shape is (${sizes.join(', ')})`
    )
  }
  if (order[2] === 'True') {
    const message = `${name}: expected C order, came Fortran order; save numpy.ascontiguousarray(matrix)`
    throw new SlimbedError('unsupported', message)
  }
  return { rows, dim, type, bigEndian: code.startsWith('>'), start }
}
