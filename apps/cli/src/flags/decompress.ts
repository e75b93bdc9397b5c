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
    .summary('write a compressed file as plain vectors')
    .description('Writes the vectors of a compressed file. The extension of the output decides the format.')
    .requiredOption('-o, --output <file>', 'the file to write: .npy, .bin, .vec, .txt or .safetensors')
