import { type FlatTable, numberOf, tableOf, tablesOf, textOf } from './flatbuffer.js'

// The schema of an Arrow file (https://arrow.apache.org/docs/format/Columnar.html, Schema.fbs).

/** Types of columns by their numbers. */
const types = [
  ...['none', 'null', 'int', 'float', 'binary', 'utf8', 'bool', 'decimal', 'date', 'time', 'timestamp', 'interval'],
  ...[
    'list',
    'struct',
    'union',
    'fixed-binary',
    'fixed-list',
    'map',
    'duration',
    'large-binary',
    'large-utf8',
    'large-list'
  ],
  ...['run-end', 'binary-view', 'utf8-view', 'list-view', 'large-list-view']
] as const
export type ArrowType = (typeof types)[number]

/** A column, or what a column consists of. */
export interface Field {
  readonly name: string
  readonly type: ArrowType
  /** Of a list with a fixed length. */
  readonly size: number
  /** Of numbers, as safetensors names them; undefined for others. */
  readonly element: 'F16' | 'F32' | 'F64' | 'I8' | 'I16' | 'I32' | 'I64' | 'U8' | 'U16' | 'U32' | 'U64' | undefined
  /** Whether the values are those of a dictionary, and the column has their places. */
  readonly indexed: boolean
  /** Of a union: whether its parts have as many rows as it has. */
  readonly sparse: boolean
  readonly children: readonly Field[]
}

/** How deep columns may be nested. */
const deepest = 64

const floats = ['F16', 'F32', 'F64'] as const
const whole = { 8: 'I8', 16: 'I16', 32: 'I32', 64: 'I64' } as const
const unsigned = { 8: 'U8', 16: 'U16', 32: 'U32', 64: 'U64' } as const

function elementOf(type: ArrowType, parts: FlatTable): Field['element'] {
  if (type === 'float') return floats[numberOf(parts, 0, 'Int16')]
  if (type !== 'int') return undefined
  const bits = numberOf(parts, 0, 'Int32') as keyof typeof whole
  return numberOf(parts, 1, 'Uint8') === 0 ? unsigned[bits] : whole[bits]
}

function fieldFrom(table: FlatTable, depth: number): Field {
  if (depth > deepest) throw new RangeError(`columns that are nested deeper than ${deepest}`)
  const number = numberOf(table, 2, 'Uint8')
  const type = types[number]
  const parts = tableOf(table, 3)
  if (type === undefined || !parts) throw new RangeError(`a column of type ${number}, which is not known`)
  return {
    name: textOf(table, 0),
    type,
    size: type === 'fixed-list' ? numberOf(parts, 0, 'Int32') : 0,
    element: elementOf(type, parts),
    indexed: tableOf(table, 4) !== undefined,
    sparse: type === 'union' && numberOf(parts, 0, 'Int16') === 0,
    children: tablesOf(table, 5).map((child) => fieldFrom(child, depth + 1))
  }
}

/** The columns of a schema. Throws `RangeError` for what is damaged, and for numbers that begin with their highest byte. */
export function fieldsOf(schema: FlatTable): readonly Field[] {
  if (numberOf(schema, 0, 'Int16') !== 0) throw new RangeError('numbers that begin with their highest byte')
  return tablesOf(schema, 1).map((field) => fieldFrom(field, 0))
}

/** How many buffers a column has itself; those of a view have more, as many as the batch says. */
function ownBuffers({ type, indexed, sparse }: Field): number {
  if (indexed) return 2
  if (type === 'null' || type === 'run-end') return 0
  if (type === 'struct' || type === 'fixed-list') return 1
  if (type === 'union') return sparse ? 1 : 2
  if (/^(?:large-)?(?:binary|utf8)$|list-view$/.test(type)) return 3
  return 2
}

/** Where the parts of a column are in a batch: its first node, and its first buffer. */
export interface Place {
  node: number
  buffer: number
}

/** Goes beyond a column; `views` are how many more buffers the next views have. */
export function skip(field: Field, place: Place, views: number[]): void {
  place.node++
  place.buffer += ownBuffers(field)
  if (field.indexed) return
  if (field.type === 'binary-view' || field.type === 'utf8-view') place.buffer += views.shift() ?? 0
  for (const child of field.children) skip(child, place, views)
}
