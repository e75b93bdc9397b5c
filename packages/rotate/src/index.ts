export { rotate } from './rotate.js'
