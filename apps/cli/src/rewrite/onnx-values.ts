import type { Ort } from '@slimbed/onnx'
import { floatsOf, SlimbedError } from '@slimbed/runtime'

/** What a session makes of a text, by the names of its outputs. */
export type Outputs = Readonly<Record<string, InstanceType<Ort['module']['Tensor']>>>

/** Numbers of an output, row after row. */
export interface Values {
  readonly dims: readonly number[]
  readonly values: Float64Array
}

/**
 * The first output of floats, `names` being those of a model in their order: others, such as the row numbers that some models pass on, say nothing about its tables. Throws
 * `unsupported` where a model has none.
 */
export function floatsAmong(names: readonly string[], outputs: Outputs): Values {
  for (const name of names) {
    const { type, dims, data } = outputs[name]
    if (type === 'float32') return { dims, values: Float64Array.from(data as ArrayLike<number>) }
    if (type !== 'float16') continue
    // Where JavaScript has arrays of half floats, they hold numbers; elsewhere the bits of each.
    const bits = data instanceof Uint16Array ? data : undefined
    const halves = bits && floatsOf({ dtype: 'F16', shape: [bits.length], data: bits })
    return { dims, values: Float64Array.from(halves ?? (data as ArrayLike<number>)) }
  }
  throw new SlimbedError('unsupported', '--check: the model has no output of floats')
}
