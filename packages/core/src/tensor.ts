// Types of the tensor adapter's operations.
export type { Mapping, RowJob, Rows, VisitMade } from './tensor/ops/map-rows.js'
export type { Spectrum } from './tensor/types.js'
