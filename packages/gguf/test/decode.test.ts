import { titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoders } from '../src/decode/decode.js'
import { blockSizes, typeNumbers } from '../src/types.js'
import golden from './golden.json' with { type: 'json' }
import { bitsOf, floatsFromHex, fromHex, haveGguf, reference } from './support.js'

const sizeOf = (type: string) => blockSizes.get(typeNumbers.get(type)!)!

function decoded(type: string, bytes: Uint8Array): Float32Array {
  const { values, bytes: size } = sizeOf(type)
  const out = new Float32Array((bytes.length / size) * values)
  decoders.get(type)!(bytes, out)
  return out
}

const types = [...decoders.keys()]

describe.each(types)('%s', (type) => {
  test('golden blocks of gguf-py, bit for bit', () => {
    const { bytes, values } = Object.entries(golden.decoded).find(([name]) => name === type)![1]
    expect(bitsOf(decoded(type, fromHex(bytes)))).toEqual(bitsOf(floatsFromHex(values)))
  })

  test.skipIf(!haveGguf)(titleIf(haveGguf, 'needs gguf-py')('random blocks as gguf-py has them, bit for bit'), () => {
    const { bytes: size } = sizeOf(type)
    const [bytes] = fc.sample(fc.uint8Array({ minLength: 500 * size, maxLength: 500 * size }), 1)
    const expected = floatsFromHex(reference(['decode', type], bytes) as string)
    const found = decoded(type, bytes)
    const same = (a: number, b: number) => Object.is(a, b)
    expect(found.length).toBe(expected.length)
    expect(found.findIndex((value, i) => !same(value, expected[i]))).toBe(-1)
  })
})
