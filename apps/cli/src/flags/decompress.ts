import type { Command } from 'commander'
import { add, type ComputeFlags } from './shared.js'

/** The flags of `slimbed decompress`. */
export interface DecompressFlags extends ComputeFlags {
  readonly output: string
  /** The table of a model that is written alone. */
  readonly tensor?: string
}

/** Declares `slimbed decompress`. */
export const declareDecompress = (program: Command): Command =>
  add(program.command('decompress <artefact>'), 'tensor', 'compute', 'quiet')
    .summary('write an artefact as plain vectors')
    .description('Writes the vectors of an artefact in the format that the output is named after.')
    .requiredOption('-o, --output <file>', 'where to: .npy, .bin, .vec, .txt or .safetensors')
