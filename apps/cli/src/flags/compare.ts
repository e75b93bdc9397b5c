import type { Command } from 'commander'
import type { Reading } from '../open/table.js'
import { add, type ComputeFlags, type JsonFlag } from './shared.js'

/** The flags of `slimbed compare`. */
export interface CompareFlags extends Reading, ComputeFlags, JsonFlag {}

/** Declares `slimbed compare`. */
export const declareCompare = (program: Command): Command =>
  add(program.command('compare <original> <artefact>'), 'vocab', 'part', 'column', 'tensor', 'compute', 'json', 'quiet')
    .summary('measure the errors of a compressed file')
    .description('Compares a compressed file with the vectors it was made from: errors, cosines, neighbours kept.')
