// Tables of trellis codes and what stands around them.
export {
  type Bitshift,
  bitshift,
  codebook,
  householder,
  offset,
  packIndex,
  packRuns,
  type RowFactors,
  scale,
  type Trellis,
  trellis,
  trellisMachine,
  trellisStates
} from '@slimbed/runtime/trellis'
