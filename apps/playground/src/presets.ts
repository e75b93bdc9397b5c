/** Pipelines to begin with, smallest loss first. */
export const presets = [
  'fixedpoint(bits=8)',
  'fixedpoint(bits=4, clip=mse)',
  'lowrank(ratio=2) | fixedpoint(bits=8)',
  'groupreduce(ratio=4) | fixedpoint(bits=8)',
  'lowrank(ratio=4)',
  'fixedpoint(bits=2, clip=mse)'
] as const
