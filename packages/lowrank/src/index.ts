export { lowrank } from './lowrank.js'
