import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { locatePackage } from '@slimbed/io/plugins'
import { findOrt } from '@slimbed/onnx'

/** ONNX Runtime, and its place: where it is installed, or in the folder that `SLIMBED_ONNX` names. */
export async function placedOrt() {
  const folder = process.env.SLIMBED_ONNX
  const own = folder && existsSync(folder) ? [pathToFileURL(join(folder, 'from.js')).href] : []
  const place = locatePackage('onnxruntime-node', [import.meta.url, ...own])
  const found = place && (await findOrt(place))
  if (!found) throw new Error('onnxruntime-node is not installed: npm install --ignore-scripts onnxruntime-node')
  return { ...found, place }
}
