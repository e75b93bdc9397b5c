export { renderReport } from './page.js'
