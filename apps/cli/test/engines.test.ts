import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { install } from './support/package.js'
import { slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

test('an engine is found where plugins are: in the folder where one is', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(20, 4, numbers(20, 4)))
  install(folder, 'onnxruntime-node', 'throw new Error("the one of this folder")')
  const args = ['compress', 'in.npy', '-o', 'out.safetensors', '-p', 'lowrank(rank=2)', '--backend', 'onnxruntime']
  const { status, stderr } = await slimbed(folder, ...args)
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'slimbed: backend onnxruntime: onnxruntime-node does not load here: the one of this folder\n'
  })
})
