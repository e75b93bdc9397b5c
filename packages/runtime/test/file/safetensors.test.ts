import { parseSafetensors } from '@slimbed/runtime'
import { safetensorsDataStart } from '@slimbed/runtime/format'
import { expect, test } from 'vitest'
import { f32, makeFile, withHeader } from '../make-file.js'

test('a plain file is read from its first bytes alone, with element types of any name', () => {
  const entries =
    '"a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"F4","shape":[3,3],"data_offsets":[16,21]}'
  const head = withHeader(`{"__metadata__":{"format":"pt"},${entries}}`)
  expect(safetensorsDataStart(head.subarray(0, 8), head.length + 21)).toBe(head.length)
  const { tensors, metadata, dataStart } = parseSafetensors(head, head.length + 21, { strict: true })
  expect(dataStart).toBe(head.length)
  expect([...metadata]).toEqual([['format', 'pt']])
  expect([...tensors.values()]).toEqual([
    { name: 'a', dtype: 'I64', shape: [2], begin: dataStart, end: dataStart + 16 },
    { name: 'b', dtype: 'F4', shape: [3, 3], begin: dataStart + 16, end: dataStart + 21 }
  ])
})

test('coverage is asked for only when strict', () => {
  const file = makeFile({ tensors: { a: f32([1], 1) }, metadata: {}, tail: new Uint8Array(3) })
  expect(parseSafetensors(file, file.length).tensors.size).toBe(1)
  expect(() => parseSafetensors(file, file.length, { strict: true })).toThrow('the tensors end at byte')
})

test('names of the prototype are names', () => {
  const file = makeFile({ tensors: { ['__proto__']: f32([1], 1), constructor: f32([1], 2) }, metadata: {} })
  expect([...parseSafetensors(file, file.length).tensors.keys()]).toEqual(['__proto__', 'constructor'])
})

test('a header that was not handed over whole is asked for', () => {
  const file = makeFile({ tensors: { a: f32([1], 1) }, metadata: {} })
  expect(() => parseSafetensors(file.subarray(0, 10), file.length)).toThrow(
    expect.objectContaining({ code: 'bad-input' })
  )
})
