/** What tools make of the whole file, and of its products alone (the table stays float32): files that `models.py` writes. */
export const tools = [
  { name: 'float16', file: 'float16' },
  { name: '`MatMulNBits` of 4 bits ("q4"), table in float32', file: 'q4-body' },
  { name: 'q8, a scale for each tensor', file: 'q8' },
  { name: 'q8, a scale for each column', file: 'q8-channel' },
  { name: '4 bits, table too, symmetric', file: 'q4-all' },
  { name: '4 bits, table too, asymmetric', file: 'q4-asymmetric-all' }
]

/** Products alone: what they cost where the table stays float32. */
export const bodies = [
  { name: '`MatMulNBits` of 8 bits, blocks of 128', file: 'w8-body' },
  { name: 'q8, a scale for each column', file: 'q8-channel-body' },
  { name: '`MatMulNBits` of 4 bits, blocks of 32, asymmetric', file: 'q4-asymmetric-body' }
]

const fixed = (bits) => `trellis(coding=fixed, bits=${bits}, basis=none, clusters=0)`
const byFrequency = (first, second, ...parts) =>
  [`tiers(first=${first}, second=${second})`, ...parts.map((part, i) => `${i}/${part}`)].join(' | ')

const small = byFrequency(0.15, 0.25, fixed(3.4), fixed(2.4), fixed(1.1))
const careful = byFrequency(0.15, 0.2, fixed(5), fixed(3.7), fixed(2.1))

/** A file of the above, and what its table becomes; positions take 8 bits unless said otherwise. */
export const pipelines = [
  {
    name: '16 to 14 bits',
    file: 'float16',
    positions: 'fixedpoint(bits=16)',
    spec: byFrequency(0.1, 0.3, 'fixedpoint(bits=16)', 'fixedpoint(bits=16)', 'fixedpoint(bits=14)')
  },
  { name: '8 to 4 bits', file: 'w8-body', spec: byFrequency(0.1, 0.3, 'fixedpoint(bits=8)', fixed(6), fixed(4)) },
  { name: '5 to 2.1 bits', file: 'w8-body', spec: careful },
  { name: '3.4 to 1.1 bits', file: 'w8-body', spec: small },
  { name: '5 to 2.1 bits', file: 'q8-channel', spec: careful },
  { name: '3.4 to 1.1 bits', file: 'q8-channel', spec: small },
  { name: '5 to 2.1 bits', file: 'q4-asymmetric-body', spec: careful }
]
