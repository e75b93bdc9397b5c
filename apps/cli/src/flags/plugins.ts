import type { Command } from 'commander'
import { add, type JsonFlag } from './shared.js'

/** The flags of `slimbed plugins`. */
export interface PluginsFlags extends JsonFlag {
  readonly plugin: readonly string[]
}

/** Declares `slimbed plugins`. */
export const declarePlugins = (program: Command): Command =>
  add(program.command('plugins'), 'plugin', 'json')
    .summary('list the compressors and schedules that are installed')
    .description('Lists the compressors and schedules that are installed, with their options.')
