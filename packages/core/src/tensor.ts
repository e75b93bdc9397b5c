// Types of the tensor adapter's operations.
export type { Mapping, RowJob, Rows, VisitMade } from './tensor/ops/map-rows.js'
export type { RowsPart, RowsPass } from './tensor/ops/over-rows.js'
export { alone, type Emit, type Spread, type SpreadPass } from './tensor/spread/spread.js'
export type { Spectrum, Tally } from './tensor/types.js'
