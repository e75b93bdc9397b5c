export { bundle } from './bundle.js'
export { chromiumPath, noChromium, openChromium, type Visit, visit } from './chromium.js'
export { type Page, type PageServer, servePages } from './serve.js'
