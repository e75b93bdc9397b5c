import type { Option } from 'commander'
import { fasttextModel } from './fasttext.js'
import type { ModelFormat } from './format.js'
import { gguf } from './gguf.js'
import { onnx } from './onnx.js'
import { pipelineOption } from './options.js'
import { safetensors } from './safetensors.js'
import { tfjs } from './tfjs.js'

/** The formats of models that are rewritten. The first one that recognizes a model is its format. */
export const modelFormats: readonly ModelFormat[] = [gguf, onnx, fasttextModel, tfjs, safetensors]

/** The flags of all formats. A pipeline is what users of other commands try: a format without one says what it has instead. */
export const modelOptions: readonly Option[] = [
  ...new Set([...modelFormats.flatMap(({ options }) => options), pipelineOption])
]
