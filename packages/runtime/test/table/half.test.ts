import { crc32 as zlibCrc32 } from 'node:zlib'
import { floatsOf, fromFloat16 } from '@slimbed/runtime'
import { crc32, fromBfloat16, hex8 } from '@slimbed/runtime/format'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32Plain } from '../../src/file/crc32.js'
import { bfloatValue, halfValue } from '../sample.js'

test('all 65,536 half floats of either type have their values', () => {
  const data = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)
  const decoded = {
    F16: floatsOf({ dtype: 'F16', shape: [65_536], data }),
    BF16: floatsOf({ dtype: 'BF16', shape: [65_536], data })
  }
  for (const bits of data) {
    const [half, bfloat] = [halfValue(bits), bfloatValue(bits)]
    if (!Object.is(fromFloat16(bits), half) || !Object.is(decoded.F16[bits], half)) expect.unreachable(`F16 ${bits}`)
    if (!Object.is(fromBfloat16(bits), bfloat) || !Object.is(decoded.BF16[bits], bfloat))
      expect.unreachable(`BF16 ${bits}`)
  }
})

test.each([
  ['crc32', crc32],
  ['crc32 without zlib', crc32Plain]
])('%s is that of zlib, in one piece or several', (_, crc32) => {
  const property = fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
    expect(crc32(bytes)).toBe(zlibCrc32(bytes))
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes))
  })
  fc.assert(property)
  expect(hex8(crc32(new TextEncoder().encode('123456789')))).toBe('cbf43926')
})
