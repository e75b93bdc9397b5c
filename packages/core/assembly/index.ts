export { compare } from './compare'
export { decode } from './decode'
export { encode } from './encode'
export { ranges } from './ranges'
