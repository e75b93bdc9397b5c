export { groupreduce } from './groupreduce.js'
