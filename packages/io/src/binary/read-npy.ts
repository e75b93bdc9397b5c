import type { Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { columnMatrix } from './column-matrix.js'
import { checkExtent } from './extent.js'
import { integerWarnings, npyHeader } from './npy-header.js'
import { storedMatrix } from './stored-matrix.js'

/** Reads a `.npy` matrix: its rows when asked for. Rejects as `npyHeader` does, and for a file cut short. */
export async function readNpy(input: Input): Promise<Content> {
  const { name } = input
  const stored = npyHeader(input.head, name)
  const source = await input.random()
  const spare = source.size - checkExtent(source, stored)
  const warnings = spare > 0 ? [`${name}: ${spare} bytes after the matrix are ignored`] : []
  const matrix = stored.fortran ? columnMatrix(source, stored) : storedMatrix(source, stored)
  return { matrix, warnings: [...integerWarnings(name, stored), ...warnings] }
}
