/** Pipelines to begin with, the largest tables first. */
export const presets = [
  'fixedpoint(bits=8)',
  'fixedpoint(bits=4, clip=mse)',
  'lowrank(ratio=2) | fixedpoint(bits=8)',
  'trellis(bits=4)',
  'trellis(bits=2)',
  'trellis(bits=1)'
] as const
