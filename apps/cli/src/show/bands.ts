import type { Distortion } from '@slimbed/core/measure'
import { isObject, type Json } from '@slimbed/runtime'
import { alignColumns } from './text/table.js'
import { count, decimal } from './text/units.js'

/** The frequency bands in the provenance of a file. Entries that are not valid bands are left out. */
export function bandsOf(measured: Json | undefined): Distortion[] {
  const bands = isObject(measured) && Array.isArray(measured.bands) ? measured.bands : []
  return bands.flatMap((band: Json) => {
    if (!isObject(band)) return []
    const { rows, relativeError, meanCosine } = band
    const numbers = typeof rows === 'number' && typeof relativeError === 'number' && typeof meanCosine === 'number'
    return numbers ? [{ rows, relativeError, meanCosine }] : []
  })
}

/** Errors by frequency band as a table: the most frequent rows first, or in the order of the rows if there are no weights. */
export function showBands(bands: readonly Distortion[], weighted: boolean): string {
  let from = 1
  const lines = bands.map(({ rows, relativeError, meanCosine }) => {
    const to = from + rows - 1
    const line = [`${count(from)} to ${count(to)}`, decimal(relativeError), decimal(meanCosine)]
    from = to + 1
    return line
  })
  const title = weighted ? 'rows by weight' : 'rows as they come'
  return alignColumns([[title, 'relative error', 'mean cosine'], ...lines], 'lrr')
}
