export { decode } from './decode'
export { multiply } from './multiply'
