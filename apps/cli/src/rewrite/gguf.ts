import { Option } from 'commander'
import type { ModelFormat } from './format.js'
import type { GgufFlags } from './gguf-file.js'
import { sizeOptions, tensorOption, weightsOption } from './options.js'

/** The types that `--type` has, with the bytes that 32 values take. */
const types = ['q8_0', 'q5_0', 'q4_1', 'iq4_nl', 'q4_0', 'mxfp4']

/** Models of llama.cpp. */
export const gguf: ModelFormat<GgufFlags> = {
  name: 'GGUF',
  // Text may begin with the letters alone; no version comes near 256.
  detect: ({ head }) =>
    String.fromCharCode(...head.subarray(0, 4)) === 'GGUF' && head.length >= 8 && (head[5] | head[6]) === 0,
  options: [
    new Option('--type <name>', 'type of llama.cpp to write the table in (default: iq4_nl)').choices(types),
    ...sizeOptions,
    tensorOption,
    weightsOption
  ],
  instead: { pipeline: 'a table in it has one of the types of llama.cpp: choose --type' },
  run: async (...args) => (await import('./gguf-file.js')).rewriteGgufFile(...args),
  describe: async (path) => (await import('./gguf-file.js')).describeGguf(path)
}
