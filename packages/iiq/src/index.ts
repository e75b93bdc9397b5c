export { iiq } from './iiq.js'
