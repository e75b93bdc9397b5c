// Tables whose codes are computed as they are measured and written.
export { type HalvesOptions, halvesOf } from './matrix/halves-of.js'
export { type QuantizedOptions, quantizedOf } from './matrix/quantized-of.js'
export type { ScaleModule } from './tensor/jobs/quantize-projected.js'
export type { RowGrids } from './tensor/ops/quantizing.js'
