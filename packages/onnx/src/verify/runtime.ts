import { SlimbedError } from '@slimbed/core'
import type { Operand } from '../evaluate/array.js'
import { types } from '../model/types.js'

/** A tensor of ONNX Runtime. */
export interface OrtTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: ArrayLike<number | bigint> & object
}

/** A session of ONNX Runtime. */
export interface OrtSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>
  release(): Promise<void>
}

/** What is used of `onnxruntime-node`, or of another package of ONNX Runtime with the same interface. */
export interface OrtModule {
  readonly env: { logLevel?: string; readonly versions: Readonly<Record<string, string | undefined>> }
  readonly Tensor: new (type: string, data: never, dims: readonly number[]) => OrtTensor
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OrtSession> }
}

/** ONNX Runtime, and what it is called in reports: `onnxruntime-node 1.30.0`. */
export interface Ort {
  readonly name: string
  readonly module: OrtModule
}

/** Whether an error says that a package is not there: by its code, or as bundlers say it. */
function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return absent || /^Could not resolve /.test(error.message) || isAbsent(error.cause)
}

/**
 * The package `onnxruntime-node` where it is installed (`url` where its place is known); undefined where it is not. Rejects with `missing-package` where
 * it is there and does not load.
 */
export async function findOrt(url?: string): Promise<Ort | undefined> {
  // A name that bundlers do not follow: the package is optional.
  const name = url ?? 'onnxruntime-node'
  try {
    const found: OrtModule & { default?: OrtModule } = await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
    const module = found.default ?? found
    module.env.logLevel = 'error'
    return { name: `onnxruntime-node ${module.env.versions.node ?? module.env.versions.common ?? ''}`.trim(), module }
  } catch (error) {
    if (isAbsent(error)) return undefined
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new SlimbedError('missing-package', `onnxruntime-node does not load: ${why}; reinstall it`, { cause: error })
  }
}

/** Row numbers, or vectors of float32, as ONNX Runtime takes them. */
export const ortInput = ({ module }: Ort, { type, dims, data }: Operand): OrtTensor =>
  type === types.FLOAT
    ? new module.Tensor('float32', data as never, dims)
    : new module.Tensor('int64', BigInt64Array.from(data, BigInt) as never, dims)
