import { compress, save, tableBytes } from '@slimbed/core'
import { neighbourOverlap } from '@slimbed/core/measure'
import { pipelineOf } from '@slimbed/io/plugins'
import { load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'

/** @import { TensorAdapter } from '@slimbed/core'
import { Matrix, Table } from '@slimbed/runtime' */

/**
 * What a pipeline costs and what it loses: bytes of the table, squared relative error, mean cosine, the share of the 10 nearest rows that is
 * kept, and processor seconds of compressing.
 * @typedef {{ pipeline: string, family: string, bytes: number, error: number, cosine: number, kept: number, seconds: number }} Row
 */

const places = { here: import.meta.url, program: import.meta.url }

/** Rows that are compared at a time. */
const step = 1024

/**
 * `Σ‖a − â‖² / Σ‖a‖²` and the mean cosine of the rows of a matrix and of a table, read row by row as a program does.
 * @param {Matrix} matrix
 * @param {Table} table
 */
function distortion({ rows, dim, read }, table) {
  const row = new Float32Array(dim)
  const add = async () => {
    let [lost, all, cosines] = [0, 0, 0]
    for (let start = 0; start < rows; start += step) {
      const block = await read(start, Math.min(step, rows - start))
      for (let i = 0; i < block.length; i += dim) {
        table.readRow(start + i / dim, row)
        let [aa, ab, bb] = [0, 0, 0]
        for (let j = 0; j < dim; j++) {
          const [a, b] = [block[i + j], row[j]]
          lost += (a - b) ** 2
          aa += a * a
          ab += a * b
          bb += b * b
        }
        all += aa
        cosines += aa === 0 && bb === 0 ? 1 : aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
      }
    }
    return { error: lost / all, cosine: cosines / rows }
  }
  return add()
}

/**
 * Compresses, saves, loads and measures.
 * @param {Matrix} matrix
 * @param {string} spec
 * @param {string} family
 * @param {TensorAdapter} tensor
 * @returns {Promise<Row>}
 */
export async function measured(matrix, spec, family, tensor) {
  const { compressor } = await pipelineOf(spec, [], places)
  const before = process.cpuUsage().user
  const { table } = await compress(matrix, compressor, { tensor })
  const seconds = (process.cpuUsage().user - before) / 1e6
  const { table: saved } = load(await save({ table, provenance: {} }), { kinds: optionalKinds })
  const kept = await neighbourOverlap(matrix, saved, { tensor })
  return { pipeline: spec, family, bytes: tableBytes(saved), ...(await distortion(matrix, saved)), kept, seconds }
}
