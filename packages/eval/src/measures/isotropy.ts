import { blocksOf, expand, type Table } from '@slimbed/core'
import { LogSums } from '@slimbed/core/numbers'
import type { EvalContext } from '../subject.js'

/**
 * Isotropy, from 0 to 1: `min Z(c) / max Z(c)` with `Z(c) = Σᵢ exp(c · xᵢ)` over the eigenvectors c of `Σᵢ xᵢxᵢᵀ` and their opposites
 * (Mu and Viswanath 2018, section 2.2; Arora et al. 2016). Depends on the scale of the rows. 1 for a table without rows.
 */
export async function isotropy(table: Table, context: EvalContext): Promise<number> {
  const { rows, dim } = table
  if (rows === 0) return 1
  const { tensor, signal, progress } = context
  const matrix = await expand(table, tensor)
  const [gram] = await tensor.gram(matrix, { signal })
  const { vectors } = await tensor.eigh(gram, dim)
  const projected = await tensor.project(matrix, { rows: dim, dim, data: Float32Array.from(vectors) }, { signal })
  const sums = new LogSums(2 * dim)
  for await (const { start, count, data } of blocksOf(projected)) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < dim; j++) {
        sums.addOne(j, data[i * dim + j])
        sums.addOne(dim + j, -data[i * dim + j])
      }
    }
    progress?.('isotropy', start + count, rows)
  }
  const logs = Array.from({ length: 2 * dim }, (_, at) => sums.log(at))
  return Math.exp(Math.min(...logs) - Math.max(...logs))
}
