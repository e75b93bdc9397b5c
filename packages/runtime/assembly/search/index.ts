export { scan } from './scan'
