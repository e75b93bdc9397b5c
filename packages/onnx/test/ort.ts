import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findOrt, type Ort } from '../src/index.js'
import type { OrtTensor } from '../src/verify/runtime.js'

/** Its place in the folder that `SLIMBED_ONNX` names. */
const place = join(process.env.SLIMBED_ONNX ?? '', 'node_modules/onnxruntime-node/dist/index.js')

/** ONNX Runtime, where it is installed. */
export const ort: Ort | undefined = await findOrt(existsSync(place) ? pathToFileURL(place).href : undefined)

/** What is added to the title of a test that needs it. */
export const unlessOrt = ort ? '' : ' (skipped: onnxruntime-node is not installed)'

/** What a model is given, by the names of its inputs. */
export type Feeds = Readonly<
  Record<string, readonly [type: 'int64' | 'int32' | 'bool', dims: readonly number[], data: readonly number[]]>
>

/** Runs a model; floats come back as they are, half floats as numbers. */
export async function run(model: Uint8Array, feeds: Feeds): Promise<Record<string, OrtTensor>> {
  const { module } = ort!
  const session = await module.InferenceSession.create(model, { logSeverityLevel: 4 })
  const arrays = {
    int64: (data: readonly number[]) => BigInt64Array.from(data, BigInt),
    int32: (data: readonly number[]) => Int32Array.from(data),
    bool: (data: readonly number[]) => Uint8Array.from(data)
  }
  try {
    const given = Object.entries(feeds).map(([name, [type, dims, data]]) => {
      return [name, new module.Tensor(type, arrays[type](data) as never, dims)] as const
    })
    return await session.run(Object.fromEntries(given))
  } finally {
    await session.release()
  }
}
