export { calr } from './calr.js'
