import { SlimbedError } from '@slimbed/runtime'
import { type ElementType, isInteger } from './elements.js'
import { type PythonValue, parsePython } from './python-literal.js'
import type { Stored } from './stored-matrix.js'

/** A matrix of a `.npy` file: row-major, or by columns in Fortran order. */
export type StoredNpy = Stored & { readonly fortran: boolean }

const latin1 = new TextDecoder('latin1')
const utf8 = new TextDecoder()

/** The element types that can be read, by NumPy's type codes without the byte order. */
const types = new Map<string, ElementType>([
  ...([
    ['f2', 'F16'],
    ['f4', 'F32'],
    ['f8', 'F64']
  ] as const),
  ...[1, 2, 4, 8].flatMap((size): [string, ElementType][] => [
    [`i${size}`, `I${size * 8}` as ElementType],
    [`u${size}`, `U${size * 8}` as ElementType]
  ])
])

/** The meaning of the letters in NumPy's type codes, for error messages. */
const kinds: Readonly<Record<string, string>> = {
  O: 'Python objects (a pickle, which can run code)',
  b: 'booleans or bytes',
  i: 'integers of another size',
  u: 'integers of another size',
  c: 'complex numbers',
  S: 'strings',
  U: 'strings',
  V: 'records',
  M: 'dates',
  m: 'durations',
  f: 'floats of another size'
}

/** The text of the header, and the offset of the data in bytes. */
function headerText(head: Uint8Array, name: string): { text: string; start: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const major = head[6] ?? 0
  const minor = head[7] ?? 0
  if (major < 1 || major > 3 || minor !== 0) {
    throw new SlimbedError('unsupported', `${name}: .npy version ${major}.${minor}, not 1.0, 2.0 or 3.0`)
  }
  const prefix = major === 1 ? 10 : 12
  const length = head.length < prefix ? 0 : major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = prefix + length
  if (head.length < prefix || start > head.length) {
    const message = `${name}, byte ${head.length}: expected a header of ${start} bytes; it is cut short or too long`
    throw new SlimbedError('corrupt-file', message)
  }
  return { text: (major === 3 ? utf8 : latin1).decode(head.subarray(prefix, start)), start }
}

/** The element type and byte order. Throws `unsupported` for other types, which it names. */
function typeOf(descr: PythonValue | undefined, name: string): { type: ElementType; bigEndian: boolean } {
  const code = typeof descr === 'string' ? descr : '[…]'
  const [, order = '', letters = ''] = /^([<>=|]?)(.*)$/s.exec(code) ?? []
  const type = types.get(letters)
  if (type) return { type, bigEndian: order === '>' }
  const kind = typeof descr === 'string' ? (kinds[letters[0] ?? ''] ?? 'unknown') : kinds.V
  const message = `${name}: expected elements f2, f4, f8 or integers, came ${JSON.stringify(code.slice(0, 40))}, ${kind}; save as float32`
  throw new SlimbedError('unsupported', message)
}

const isSize = (value: PythonValue): value is number => typeof value === 'number'

/**
 * Shape, element type and offset of the matrix in a `.npy` file, from the file's first bytes. Float16, float32, float64 and integers are read.
 *
 * Throws `corrupt-file` for a damaged header, `unsupported` for other types and for arrays that do not have two dimensions.
 */
export function npyHeader(head: Uint8Array, name: string): StoredNpy {
  const { text, start } = headerText(head, name)
  const dict = parsePython(text)
  const entries: ReadonlyMap<string, PythonValue> = dict instanceof Map ? dict : new Map()
  const [descr, fortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => entries.get(key))
  if (
    descr === undefined ||
    entries.size !== 3 ||
    typeof fortran !== 'boolean' ||
    !(Array.isArray(shape) && shape.every(isSize))
  ) {
    const message = `${name}, byte 10: expected a .npy header with descr, fortran_order and shape`
    throw new SlimbedError('corrupt-file', message)
  }
  const [rows, dim] = shape
  if (shape.length !== 2) {
    const sizes = shape.slice(0, 40).join(', ')
    throw new SlimbedError('unsupported', `${name}: expected two dimensions, rows × dim; its shape is (${sizes})`)
  }
  return { rows, dim, ...typeOf(descr, name), start, fortran }
}

/** A warning if the elements are integers. */
export const integerWarnings = (name: string, { type }: Stored): string[] =>
  isInteger(type)
    ? [
        `${name}: integers (${type}) are read as they are: if they were scaled, only the directions of vectors are right`
      ]
    : []
