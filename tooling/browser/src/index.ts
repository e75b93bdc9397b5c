export { bundle } from './bundle.js'
export { chromiumPath, noChromium, openChromium } from './chromium.js'
export { type Page, type PageServer, servePages } from './serve.js'
