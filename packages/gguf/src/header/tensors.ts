import { SlimbedError } from '@slimbed/runtime'
import { blockSizes, typeName } from '../types.js'
import type { Cursor } from './cursor.js'
import type { GgufTensor } from './header.js'

/** A tensor as the list has it: `offset` is from the start of the data. */
export interface Listed extends Omit<GgufTensor, 'begin' | 'end'> {
  readonly offset: number
  readonly bytes: number | undefined
}

/** The most dimensions of a tensor, as in llama.cpp. */
const mostDimensions = 4
/** Bytes of an entry of the list at least: the lengths of its name and shape, its type and offset. */
export const leastEntry = 24

const decoder = new TextDecoder()

/** A name as errors show it: on one line, not too long. */
export const shownName = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)

/** Bytes of a tensor of a known type. */
function sizeOf(cursor: Cursor, name: string, shape: readonly number[], id: number): number | undefined {
  const block = blockSizes.get(id)
  if (!block) return undefined
  const dim = shape.at(-1) ?? 1
  if (dim % block.values !== 0) {
    cursor.fail(
      `tensor ${shownName(name)}: rows of ${dim} values do not consist of ${block.name} blocks of ${block.values}`
    )
  }
  return (shape.reduce((product, size) => product * size, 1) / block.values) * block.bytes
}

/** Reads an entry of the list of tensors. Throws as the cursor does. */
export function readEntry(cursor: Cursor): Listed {
  const name = decoder.decode(cursor.string('the name of a tensor'))
  const what = `tensor ${shownName(name)}`
  const dimensions = cursor.uint32()
  if (dimensions > mostDimensions) cursor.fail(`${what}: ${dimensions} dimensions, ${mostDimensions} at most`)
  const shape = Array.from({ length: dimensions }, () => cursor.uint64(`a dimension of ${what}`)).reverse()
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * Math.max(size, 1), 1))) {
    cursor.fail(`${what}: a shape of [${shape.join(', ')}]`)
  }
  const typeAt = cursor.at()
  const id = cursor.uint32()
  const bytes = sizeOf(cursor, name, shape, id)
  return { name, shape, type: typeName(id), typeAt, offset: cursor.uint64(`the offset of ${what}`), bytes }
}

/**
 * Checks that tensors have names of their own, are aligned, lie in the file and apart from each other. Throws `corrupt-file`.
 */
export function checkTensors(
  tensors: readonly GgufTensor[],
  name: string,
  size: number,
  alignment: number,
  dataStart: number
) {
  const fail = (at: number, message: string): never => {
    throw new SlimbedError('corrupt-file', `${name}, byte ${at}: ${message}`)
  }
  const names = new Set<string>()
  for (const { name: own, begin, end = begin, typeAt } of tensors) {
    if (names.has(own)) fail(typeAt, `a second tensor ${shownName(own)}`)
    names.add(own)
    const offset = begin - dataStart
    if (offset % alignment !== 0) fail(typeAt, `tensor ${shownName(own)} at ${offset}, no multiple of ${alignment}`)
    if (end > size) fail(size, `expected tensor ${shownName(own)} up to byte ${end}; the file ends before`)
  }
  let last: GgufTensor | undefined
  for (const tensor of inOrder(tensors)) {
    const { begin, typeAt } = tensor
    if (last && begin < (last.end ?? last.begin + 1)) {
      fail(typeAt, `tensor ${shownName(tensor.name)} at byte ${begin} overlaps ${shownName(last.name)}`)
    }
    last = tensor
  }
}

/** Tensors in the order in which they lie in the file. */
export const inOrder = (tensors: readonly GgufTensor[]): GgufTensor[] =>
  tensors.toSorted((a, b) => a.begin - b.begin || (a.end ?? a.begin) - (b.end ?? b.begin))
