import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelFormat } from './format.js'
import { findingOptions, pipelineOption, pluginOption, tensorOption, weightsOption } from './options.js'
import type { TfjsFlags } from './tfjs-file.js'

/** Whether the start of a file is that of a `model.json`: the fields that converters write first. */
const begins = (head: Uint8Array): boolean => {
  const text = new TextDecoder().decode(head)
  return /^\s*\{/.test(text) && /"(?:modelTopology|weightsManifest)"\s*:|"format"\s*:\s*"graph-model"/.test(text)
}

/** Graph models of TensorFlow.js: `model.json` with its files beside it, or the folder. */
export const tfjs: ModelFormat<TfjsFlags> = {
  name: 'TF.js',
  detect: ({ path, folder, head }) =>
    folder ? (statSync(join(path, 'model.json'), { throwIfNoEntry: false })?.isFile() ?? false) : begins(head),
  options: [pipelineOption, ...findingOptions, tensorOption, weightsOption, pluginOption],
  run: async (...args) => (await import('./tfjs-file.js')).rewriteTfjsModel(...args),
  describe: async (path) => (await import('./tfjs-file.js')).describeTfjs(path)
}
