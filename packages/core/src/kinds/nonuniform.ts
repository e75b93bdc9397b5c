// Tables whose levels lie anywhere.
export { type LogScale, type Nonuniform, nonuniform, scalesByCode } from '@slimbed/runtime/nonuniform'
