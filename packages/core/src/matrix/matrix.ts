export type { Matrix } from '@slimbed/runtime'
export { checkRows } from '@slimbed/runtime/kinds'
