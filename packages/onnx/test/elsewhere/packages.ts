import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A folder in which `onnxruntime-node`, `onnxruntime-web` and `@huggingface/transformers` are installed. */
const folder = process.env.SLIMBED_ONNX

/** Said by tests that are skipped. */
export const absent =
  'SLIMBED_ONNX names no folder in which onnxruntime-web and @huggingface/transformers are installed'

const pathIn = (name: string, file: string): string => join(folder ?? '', 'node_modules', name, file)

/** Whether a package is installed there. */
export const has = (name: string): boolean => folder !== undefined && existsSync(pathIn(name, 'package.json'))

/** A module of a package there. */
export const moduleOf = (name: string, file: string) => import(pathToFileURL(pathIn(name, file)).href)

/** The bytes of a file of a package there; undefined where there is none. */
export function fileOf(name: string, file: string): Buffer | undefined {
  const path = pathIn(name, file)
  return !file.includes('..') && existsSync(path) ? readFileSync(path) : undefined
}
