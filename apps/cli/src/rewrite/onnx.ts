import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import type { ModelFormat } from './format.js'
import type { OnnxFlags } from './onnx-file.js'
import { checkOption, findingOptions, pipelineOption, pluginOption, tensorOption, weightsOption } from './options.js'

/** Fields of a model, by their number, that may follow its version. */
const next = [2, 3, 4, 5, 6, 7, 8]

/** Whether bytes begin as an ONNX file does: with the version of the format, a small number, and then another field of a model. */
const begins = ([tag, version, following]: Uint8Array): boolean =>
  tag === 8 && version > 0 && version < 32 && next.includes(following >> 3)

/** Models of ONNX: a file, or a folder as transformers.js loads it. */
export const onnx: ModelFormat<OnnxFlags> = {
  name: 'ONNX',
  detect: ({ path, folder, head }) =>
    folder
      ? (statSync(join(path, 'onnx'), { throwIfNoEntry: false })?.isDirectory() ?? false)
      : head.length > 3 && begins(head),
  options: [
    pipelineOption,
    ...findingOptions,
    tensorOption,
    weightsOption,
    pluginOption,
    new Option(
      '--table <file>',
      'an ONNX file with the table in float, where the one of this model is quantized already'
    ),
    new Option(
      '--untrap',
      'take rows before a table is computed, where the model computes all of it; goes without -p, too'
    ),
    new Option(
      '--contrib',
      'for a head that shares the table: operators of ONNX Runtime alone may be written, for codes of 4 bits'
    ),
    checkOption,
    new Option(
      '--suffix <text>',
      'of a folder: write onnx/model<suffix>.onnx, such as _q4, as transformers.js calls it'
    )
  ],
  run: async (...args) => (await import('./onnx-file.js')).rewriteOnnxModel(...args)
}
