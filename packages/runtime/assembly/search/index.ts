export { scan } from './scan'
export { score } from './score'
