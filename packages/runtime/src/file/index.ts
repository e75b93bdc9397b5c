// For programs that write files: `@slimbed/runtime/format`.
export { isName, reserved } from './build.js'
export { crc32, hex8 } from './crc32.js'
export { maxDepth, maxNodes } from './manifest.js'
