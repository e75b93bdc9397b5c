import type { Dense, Table } from '@slimbed/core'
import { vectorStarts, walkVectors } from '@slimbed/core/basis'
import { householder } from '@slimbed/core/kinds/trellis'
import { chooseLevels } from '../leaf/choose-levels.js'
import { encodeLevels } from '../leaf/encode-levels.js'
import { fitCode } from '../leaf/fit.js'
import { gainsOf } from '../leaf/gains.js'
import { jobOf } from '../leaf/job.js'
import { leafOf } from '../leaf/leaf.js'
import { valuesOf } from '../leaf/values.js'
import { sigmasOf } from '../spectrum.js'

/** Elements of vectors that are coded as one row. */
const width = 64
const lambda = 0.4

/** A `householder` table of nearly the same rows as `basis`: its vectors are rounded to steps of 1 at the given lengths. */
export function encodeBasis(basis: Dense, lengths: Float64Array, states: number, block: number): Table {
  const { rows, dim } = basis
  const leafRows = Math.ceil(vectorStarts(rows, dim)[rows] / width)
  const exact = new Float32Array(leafRows * width)
  walkVectors(basis, lengths, width, (chunk, elements) => {
    exact.set(elements, chunk * width)
    return elements
  })
  const sigmas = sigmasOf(exact, width)
  const { code } = fitCode({ dim: width, states, block, step: 1, lambda, sigmas, gains: true }, exact)
  const ks = new Int32Array(leafRows * width)
  const gains = new Uint8Array(leafRows)
  walkVectors(basis, lengths, width, (chunk, elements) => {
    const gain = gainsOf(elements, width, code.gains)
    const chosen = chooseLevels(jobOf(code, elements, gain))
    ks.set(chosen, chunk * width)
    gains.set(gain, chunk)
    return valuesOf(code, chosen, gain)
  })
  return householder(rows, dim, leafOf(code, leafRows, [encodeLevels(code, ks, gains)]))
}
