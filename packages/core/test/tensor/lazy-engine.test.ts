import { expect, it, vi } from 'vitest'
import { createTensor, matrixFrom } from '../../src/index.js'
import { engines } from '../../src/tensor/engines/engines.js'
import { everyRow } from './every-row.js'

const matrix = matrixFrom(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6))

it('opens the engine of wasm once, for the first operation that needs it', async () => {
  const open = vi.spyOn(engines.wasm, 'open')
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  await tensor.quantize(
    matrix,
    { bits: 8, groupSize: 2, gridsOf: () => ({ scale: Float32Array.of(1, 1, 1), zero: 0 }), compare: everyRow() },
    () => {}
  )
  await tensor.eigh(Float64Array.of(2, 0, 0, 1), 2)
  expect(open).not.toHaveBeenCalled()
  const [gram] = await tensor.gram(matrix)
  await tensor.gram(matrix)
  expect([...gram]).toEqual([35, 44, 44, 56])
  expect(open).toHaveBeenCalledTimes(1)
  await tensor.close()
})

it('says what is missing when the first operation finds an engine that does not load', async () => {
  vi.spyOn(engines.wasm, 'open').mockRejectedValue(new Error('Cannot find package @tensorflow/tfjs-backend-wasm'))
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  const missing = 'backend wasm needs @tensorflow/tfjs-backend-wasm, which is not installed: npm install'
  await expect(tensor.gram(matrix)).rejects.toMatchObject({ code: 'missing-package' })
  await expect(tensor.gram(matrix)).rejects.toThrow(missing)
  await tensor.close()
})
