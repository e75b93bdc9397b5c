import { SlimbedError } from '@slimbed/core'
import { fromFloat16 } from '@slimbed/core/numbers'
import type { Operand } from '../evaluate/array.js'
import { elementsHere, type Outside } from '../find/outside.js'
import { encodeDeclared, encodeTensor } from '../model/encode.js'
import { graphFields } from '../model/graph.js'
import { type Model, modelFields } from '../model/model.js'
import { types } from '../model/types.js'
import { fieldsOf } from '../wire/reader.js'
import { bytesField, type Chunks, join, numberField, textField } from '../wire/writer.js'
import type { LookRows } from './compare.js'
import { type Ort, type OrtTensor, ortInput } from './runtime.js'
import type { Slice } from './slice.js'

const raw = (data: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** A part of a model as one of its own: row numbers of any shape in and rows out, or vectors in and products out. */
export async function modelOfSlice(
  slice: Slice,
  model: Model,
  [inputType, type]: readonly [number, number],
  outside: Outside
): Promise<Uint8Array> {
  const { ids, output, nodes, tensors } = slice
  const initializers: Uint8Array[] = []
  for (const tensor of tensors) {
    const own: Chunks = tensor.external
      ? encodeTensor({ ...tensor, raw: raw(await elementsHere(tensor, outside)) })
      : [tensor.bytes]
    initializers.push(...bytesField(graphFields.initializer, own))
  }
  const graph: Chunks = [
    ...nodes.flatMap((node) => bytesField(graphFields.node, [node.bytes])),
    ...textField(graphFields.name, 'lookup'),
    ...initializers,
    ...bytesField(graphFields.input, encodeDeclared(ids, inputType)),
    ...bytesField(graphFields.output, encodeDeclared(output, type))
  ]
  const kept = [...fieldsOf(model.bytes)].filter(({ number }) => number === modelFields.opset)
  return join([
    ...numberField(modelFields.irVersion, Math.max(4, model.irVersion)),
    ...kept.map(({ at, end }) => model.bytes.subarray(at, end)),
    ...bytesField(modelFields.graph, graph)
  ])
}

/** Rows of a session as they are compared. */
function operandOfOrt({ type, dims, data }: OrtTensor): Operand {
  if (type === 'float32') return { type: types.FLOAT, dims, data: Float32Array.from(data as ArrayLike<number>) }
  if (type !== 'float16') throw new SlimbedError('unsupported', `rows of ${type} are not compared`)
  const bits = data as object
  // Newer versions have arrays of half floats where the engine has them, older ones their bits.
  const values =
    bits instanceof Uint16Array ? Float32Array.from(bits, fromFloat16) : Float32Array.from(data as ArrayLike<number>)
  return { type: types.FLOAT16, dims, data: values }
}

/** A lookup that ONNX Runtime runs; `close` it when done. Rejects with `unsupported` where the runtime refuses it. */
export async function ortLookup(model: Uint8Array, ort: Ort): Promise<{ look: LookRows; close(): Promise<void> }> {
  const session = await ort.module.InferenceSession.create(model, { logSeverityLevel: 3 }).catch((error: Error) => {
    const why = error.message.split('\n')[0]
    throw new SlimbedError('unsupported', `${ort.name} does not load what would be written: ${why}`, { cause: error })
  })
  const [input] = session.inputNames
  const [output] = session.outputNames
  const look: LookRows = async (ids) => operandOfOrt((await session.run({ [input]: ortInput(ort, ids) }))[output])
  return { look, close: () => session.release() }
}
