import type { VectorFormat } from '@slimbed/io'
import { type Command, Option } from 'commander'
import { add, type ComputeFlags } from './shared.js'

/** The flags of `slimbed decompress`. */
export interface DecompressFlags extends ComputeFlags {
  readonly output: string
  /** Needed if the output has no ending that names a format. */
  readonly format?: VectorFormat
  /** The table of a model that is written alone. */
  readonly tensor?: string
}

/** Declares `slimbed decompress`. */
export const declareDecompress = (program: Command): Command =>
  add(program.command('decompress <artefact>'), 'tensor', 'compute', 'quiet')
    .summary('write a compressed file as plain vectors')
    .description(
      'Writes the vectors of a compressed file, or a static sentence model as a folder. The extension of the output decides the format.'
    )
    .requiredOption(
      '-o, --output <file>',
      'the file to write: .npy, .bin, .vec, .txt, .safetensors or .faiss; - is stdout; a name without an ending is a folder for a static sentence model'
    )
    .addOption(
      new Option('--format <name>', 'of the output, where its ending does not say it; txt on stdout').choices([
        ...['txt', 'vec', 'bin', 'npy', 'safetensors', 'faiss']
      ])
    )
