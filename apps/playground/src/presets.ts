/** Pipelines to begin with, smallest loss first. */
export const presets = [
  'fixedpoint(bits=8)',
  'trellis(bits=4)',
  'fixedpoint(bits=4, clip=mse)',
  'trellis(bits=2)',
  'trellis(bits=1)',
  'lowrank(ratio=2) | fixedpoint(bits=8)'
] as const
