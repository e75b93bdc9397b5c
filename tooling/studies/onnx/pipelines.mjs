import { int4Bytes } from './int4.mjs'

const fixed = (given) => `trellis(coding=fixed, ${given}, clusters=0)`

/** What is measured. Without a spec: 4-bit blocks as ONNX Runtime makes them, counted in their smallest form. */
export const pipelines = [
  { name: 'float16', spec: 'fixedpoint(format=f16)' },
  { name: '8 bits', spec: 'fixedpoint(bits=8)' },
  { name: 'int4, blocks of 32', bytes: int4Bytes(6000, 384) },
  { name: 'trellis, as int4', spec: fixed('maxBytes=1310000, basis=none') },
  {
    name: 'by frequency, as int4',
    spec: `tiers(first=0.1, second=0.3) | 0/fixedpoint(bits=8) | 1/${fixed('bits=5, basis=none')} | 2/${fixed('bits=3.2, basis=none')}`
  },
  { name: '4 bits, groups of 128', spec: 'fixedpoint(bits=4, clip=mse, scale=group, groupSize=128)' },
  { name: '4 bits, fitted levels', spec: 'fixedpoint(bits=4, levels=lloyd)' },
  { name: '4 bits', spec: 'fixedpoint(bits=4, clip=mse)' },
  { name: 'trellis, 3 bits', spec: fixed('bits=3, basis=none') },
  { name: 'product codes, 96 of 8 bits', spec: 'pq(parts=96) | fixedpoint(format=f16)' },
  { name: 'trellis, as product codes', spec: fixed('maxBytes=764000, basis=none') },
  {
    name: '8, 4, 2 bits by frequency',
    spec: `tiers(first=0.05, second=0.2) | 0/fixedpoint(bits=8) | 1/fixedpoint(bits=4, levels=lloyd) | 2/fixedpoint(bits=2, levels=lloyd)`
  },
  {
    name: '8 bits and trellis by frequency',
    spec: `tiers(first=0.05, second=0.2) | 0/fixedpoint(bits=8) | 1/${fixed('bits=4, basis=none')} | 2/${fixed('bits=1.6, basis=none')}`
  },
  { name: 'trellis, 2 bits', spec: fixed('bits=2, basis=none') },
  { name: '2 bits, fitted levels', spec: 'fixedpoint(bits=2, levels=lloyd)' },
  { name: 'product codes, 48 of 8 bits', spec: 'pq(parts=48) | fixedpoint(format=f16)' },
  { name: 'trellis, as 48 product codes', spec: fixed('maxBytes=474000, basis=none') }
]
