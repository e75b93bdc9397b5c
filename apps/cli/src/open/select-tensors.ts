import { SlimbedError } from '@slimbed/core'
import { listTensors, type ModelFile } from '@slimbed/io'

/** Whether a name matches a pattern, in which `*` stands for any characters. The time is linear in the name for each star. */
export const matches = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === pattern
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  // The earliest place of each part leaves the most room to those that follow.
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}

/** A matrix that is to be compressed. */
export interface Selected {
  readonly name: string
  /** The index of the first pattern that matches it. */
  readonly pattern: number
}

function refuse(path: string, pattern: string, { tensors }: ModelFile): never {
  const found = tensors.find(({ name }) => name === pattern)
  const why = found
    ? `is ${found.dtype} [${found.shape.join(', ')}], not a matrix of floats`
    : pattern.includes('*')
      ? 'fits no matrix of floats'
      : 'is not there'
  const all = listTensors(tensors)
  throw new SlimbedError('bad-input', `${path}: tensor ${JSON.stringify(pattern)} ${why}; its tensors: ${all}`)
}

/**
 * The matrices of a model that match some patterns, in the order of the file. Throws `bad-input`, naming the matrices of the file,
 * for a pattern without a match.
 */
export function select(path: string, model: ModelFile, patterns: readonly string[]): Selected[] {
  const names = [...model.matrices.keys()]
  for (const pattern of patterns) if (!names.some((name) => matches(pattern, name))) refuse(path, pattern, model)
  return names.flatMap((name) => {
    const pattern = patterns.findIndex((each) => matches(each, name))
    return pattern < 0 ? [] : [{ name, pattern }]
  })
}
