import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPacking, pack, unpack } from '../src/pack.js'

const arrays = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
  fc.int32Array()
)
const scalar = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined))
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    scalar,
    arrays,
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('data'), { maxKeys: 4, noNullPrototype: true })
  )
}))

test('what was packed comes out as it was, wherever its bytes lie', () => {
  fc.assert(
    fc.property(data, fc.nat(9), (value, offset) => {
      const packed = pack(value)
      const moved = Buffer.alloc(packed.length + offset)
      moved.set(packed, offset)
      expect(unpack(moved.subarray(offset))).toEqual(value)
    })
  )
})

test('one changed byte, or fewer bytes, are no data', () => {
  const packed = pack({ sums: Float64Array.of(1, 2, 3), made: [[4, { codes: Uint8Array.of(5) }]] })
  for (let at = 0; at < packed.length; at++) {
    const changed = packed.slice()
    changed[at] ^= 1
    expect(unpack(changed)).toBeUndefined()
    expect(unpack(packed.subarray(0, at))).toBeUndefined()
  }
})

test('what is not plain is refused', () => {
  expect(() => pack(new BigInt64Array(1))).toThrow('cannot send a BigInt64Array')
})

test('memory that was used before makes no difference, whatever is in it and however large it is', () => {
  const check = fc.property(data, data, fc.uint8Array({ maxLength: 200 }), (first, second, room) => {
    const packing = createPacking(room)
    const made = [packing.keep(first), packing.keep(second)]
    const bytes = packing.end({ made })
    expect(bytes).toEqual(pack({ made: [first, second] }))
    expect(unpack(bytes)).toEqual({ made: [first, second] })
  })
  fc.assert(check)
})

test('large arrays come out as views of the bytes', () => {
  const packed = pack({ sums: Float64Array.of(1, 2, 3) })
  const { sums } = unpack(packed) as { sums: Float64Array }
  expect(sums.buffer).toBe(packed.buffer)
})
