import { gather } from '../kinds/gather.js'
import type { TableKind } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { loadHouseholder } from '../trellis/householder.js'
import { selectHouseholder } from '../trellis/select.js'
import { loadGaussian } from './gaussian.js'
import { loadHadamard } from './hadamard.js'

export { gaussian } from './gaussian.js'
export { hadamard } from './hadamard.js'

/** Nothing is in the file: some rows are those of the table. */
const selectSeeded = ({ config, load }: RemoteParts): Selection => {
  const table = load(config, {}, {})
  return { rows: table.rows, dim: table.dim, take: async (ids) => gather(ids, table) }
}

/** The kinds of rotations that follow from a seed, to be passed as `kinds` to what reads files, by ranges too. */
export const rotateKinds: readonly TableKind[] = [
  { kind: 'hadamard', load: loadHadamard, select: selectSeeded },
  { kind: 'gaussian', load: loadGaussian, select: selectSeeded },
  { kind: 'householder', load: loadHouseholder, select: selectHouseholder }
]
