// For programs that write files, or read other ones: `@slimbed/runtime/format`.
export { fromBfloat16 } from '../table/half.js'
export { bytesPerElement, elements } from '../table/tensor.js'
export { vocabularyOf } from '../words/vocabulary-of.js'
export { isName, reserved } from './build.js'
export { crc32, hex8 } from './crc32.js'
export { maxDepth, maxNodes } from './manifest.js'
export { safetensorsDataStart } from './safetensors.js'
export { checkEndianness } from './view.js'
