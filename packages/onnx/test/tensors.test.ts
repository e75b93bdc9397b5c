import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elementsOf, toFloats } from '../src/model/elements.js'
import { readTensor } from '../src/model/tensor.js'
import { types } from '../src/model/types.js'
import { fieldsOf, numberOf } from '../src/wire/reader.js'
import { bytesField, type Chunks, join, numberField, textField, varint } from '../src/wire/writer.js'

const tensor = (type: number, count: number, data: Chunks) =>
  readTensor(join([...numberField(1, count), ...numberField(2, type), ...textField(8, 't'), ...data]))

const packed = (field: number, numbers: readonly number[]) => bytesField(field, numbers.map(varint))
const apart = (field: number, numbers: readonly number[]) => numbers.flatMap((number) => numberField(field, number))

test('elements are read from each field that may hold them, packed or not', () => {
  for (const write of [packed, apart]) {
    expect([...elementsOf(tensor(types.INT8, 3, write(5, [-1, 2, 127])))]).toEqual([-1, 2, 127])
    expect([...elementsOf(tensor(types.UINT16, 2, write(5, [65535, 1])))]).toEqual([65535, 1])
    expect([...elementsOf(tensor(types.INT64, 2, write(7, [-5, 2 ** 40])))]).toEqual([-5, 2 ** 40])
    const half = tensor(types.FLOAT16, 2, write(5, [0x3c00, 0xc000]))
    expect([...toFloats(half.type, elementsOf(half))]).toEqual([1, -2])
  }
  const floats = new Uint8Array(Float32Array.of(0.5, -3).buffer)
  expect([...elementsOf(tensor(types.FLOAT, 2, bytesField(4, [floats])))]).toEqual([0.5, -3])
  expect([...elementsOf(tensor(types.FLOAT, 2, bytesField(9, [floats])))]).toEqual([0.5, -3])
  expect([
    ...elementsOf(tensor(types.DOUBLE, 1, bytesField(10, [new Uint8Array(Float64Array.of(0.1).buffer)])))
  ]).toEqual([0.1])
  const bfloats = tensor(types.BFLOAT16, 1, bytesField(9, [Uint8Array.of(0x80, 0xbf)]))
  expect([...toFloats(bfloats.type, elementsOf(bfloats))]).toEqual([-1])
})

test('a tensor with more or fewer elements than its dimensions say is refused', () => {
  expect(() => elementsOf(tensor(types.INT8, 4, packed(5, [1, 2, 3])))).toThrow('expected 4 elements, got 3')
  expect(() => elementsOf(tensor(types.INT8, 2, packed(5, [1, 2, 3])))).toThrow('expected 2 elements')
  expect(() => elementsOf(tensor(types.FLOAT, 2, bytesField(9, [new Uint8Array(4)])))).toThrow('got 1')
  expect(() => elementsOf(tensor(8, 1, bytesField(9, [new Uint8Array(4)])))).toThrow('not read')
  const far = [...textField(1, 'location'), ...textField(2, '../secret')]
  const external = join([...textField(8, 't'), ...bytesField(13, far), ...numberField(14, 1)])
  expect(() => readTensor(external)).toThrow('cannot be in "../secret"')
})

test('numbers are written as they are read', () => {
  const property = fc.property(fc.maxSafeInteger(), (value) => {
    const bytes = join(numberField(3, value))
    const [field] = fieldsOf(bytes)
    expect(field && numberOf(bytes, field)).toBe(value)
  })
  fc.assert(property)
})
