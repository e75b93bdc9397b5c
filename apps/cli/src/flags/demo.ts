import type { Command } from 'commander'
import type { Reading } from '../open/table.js'
import { add, type ComputeFlags } from './shared.js'

/** The flags of `slimbed demo`. */
export interface DemoFlags extends Reading, ComputeFlags {}

/** Declares `slimbed demo`. */
export const declareDemo = (program: Command): Command =>
  add(program.command('demo [input]'), 'vocab', 'column', 'tensor', 'compute', 'quiet')
    .summary('compress a sample in several ways')
    .description('Compresses a sample, or the given vectors, in several ways and prints size and error of each.')
