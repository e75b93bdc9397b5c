export { multiply } from './multiply'
