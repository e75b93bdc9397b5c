// Tables side by side.
export { concat } from '@slimbed/runtime/pq'
