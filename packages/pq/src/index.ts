export { opq } from './opq.js'
export { pq } from './pq.js'
export { residual } from './residual.js'
