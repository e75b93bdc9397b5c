export { fixedpoint } from './fixedpoint.js'
