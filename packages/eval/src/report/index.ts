export { renderFront } from './front-page.js'
export { renderReport } from './page.js'
