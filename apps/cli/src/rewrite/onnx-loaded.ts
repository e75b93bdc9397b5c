import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Ort } from '@slimbed/onnx'

const run = promisify(execFile)

/** What a runtime makes of a model: bytes once it has been loaded, and peak memory of a process that does nothing but run it once. */
export interface Loaded {
  readonly optimizedBytes: number
  readonly peakMemoryBytes: number
}

/** ONNX Runtime, and where it is. */
export interface PlacedOrt extends Ort {
  readonly place: string
}

/** Loads models in processes of their own, and runs them on numbers of tokens. */
export async function loadedOf(
  models: readonly Uint8Array[],
  ids: Int32Array,
  { module, place }: PlacedOrt
): Promise<Loaded[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slimbed-check-'))
  const child = fileURLToPath(new URL('onnx-peak-child.js', import.meta.url))
  try {
    const found: Loaded[] = []
    for (const model of models) {
      const path = join(folder, 'model.onnx')
      const optimizedModelFilePath = join(folder, 'optimized.onnx')
      await writeFile(path, model)
      const session = await module.InferenceSession.create(model, { optimizedModelFilePath, logSeverityLevel: 4 })
      await session.release()
      const { stdout } = await run(process.execPath, [child, place, path, JSON.stringify([...ids])])
      found.push({ optimizedBytes: (await stat(optimizedModelFilePath)).size, peakMemoryBytes: Number(stdout) })
    }
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
