import { SlimbedError, type Source } from '@slimbed/runtime'
import { bytesOfElement } from './elements.js'
import type { Stored } from './stored-matrix.js'

/**
 * Checks that a matrix has rows and columns and lies within its file, before memory is allocated for it. Returns where it ends.
 * Throws `bad-input` for an empty matrix, `corrupt-file` for a file that is too short.
 */
export function checkExtent({ name, size }: Pick<Source, 'name' | 'size'>, { rows, dim, type, start }: Stored): number {
  if (rows === 0 || dim === 0) {
    throw new SlimbedError('bad-input', `${name}: expected rows of vectors; the matrix is ${rows} × ${dim}`)
  }
  const end = start + rows * dim * bytesOfElement(type)
  if (end <= size) return end
  const message = `${name}, byte ${size}: expected ${rows} × ${dim} ${type} elements, ${end} bytes in all; the file ends before`
  throw new SlimbedError('corrupt-file', message)
}
