export { chooseLevels } from './choose-levels'
