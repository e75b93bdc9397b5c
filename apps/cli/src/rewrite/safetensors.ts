import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import type { ModelFormat } from './format.js'
import { tensorOption, weightsOption } from './options.js'
import type { SafetensorsFlags } from './safetensors-file.js'
import { indexName } from './safetensors-index-name.js'

/** A header of so many bytes at most, as in the reference implementation. */
const mostHeader = 100_000_000

/** Weights of models of transformers, candle and others. */
export const safetensors: ModelFormat<SafetensorsFlags> = {
  name: 'safetensors',
  detect: ({ path, folder, head }) => {
    if (folder) return existsSync(join(path, indexName))
    if (path.endsWith('.json')) return /"weight_map"\s*:/.test(new TextDecoder().decode(head))
    if (head.length < 9 || head[8] !== 0x7b) return false
    const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true)
    return length >= 2 && length <= mostHeader
  },
  options: [
    new Option('--dtype <name>', 'half floats to write the table in (default: f16)').choices(['f16', 'bf16']),
    tensorOption,
    weightsOption
  ],
  instead: { pipeline: 'programs that load it know no codes: choose --dtype' },
  run: async (...args) => (await import('./safetensors-file.js')).rewriteSafetensorsFile(...args)
}
