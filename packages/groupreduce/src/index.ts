export { groupReduce } from './group-reduce.js'
