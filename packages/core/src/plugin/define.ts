import { type JsonObject, SlimbedError, type Table } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import type { Compressor, CompressorDefinition, CompressorPlugin } from './compressor.js'
import type { OptionSchema, OptionsOf } from './option.js'
import { resolveOptions } from './resolve-options.js'
import type { Scheduler, SchedulerDefinition, SchedulerPlugin } from './scheduler.js'

function checkName(name: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name)) return
  throw new SlimbedError('bad-input', `a plugin's name is lower-case letters, digits and dashes, not "${name}"`)
}

/** The options that have a value, as JSON. */
const configOf = (options: object): JsonObject =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

/**
 * Makes a compressor plugin from its name, options and one function.
 *
 * The plugin throws `unknown-option` or `bad-option`; its compressors reject with `bad-input` when the function returns
 * a table of another shape than the matrix.
 */
export function defineCompressor<Schema extends OptionSchema, Out extends Table>(
  definition: CompressorDefinition<Schema, Out>
): CompressorPlugin<Schema, Out> {
  const { name, summary, options: schema } = definition
  checkName(name)
  const make = (given: Partial<OptionsOf<Schema>> = {}): Compressor<Out> => {
    const options = resolveOptions(name, schema, given)
    definition.check?.(options)
    const similarityOnly = definition.similarityOnly?.(options) ?? false
    const compressor: Compressor<Out> = {
      name,
      config: configOf(options),
      plugin,
      ...(similarityOnly && { similarityOnly }),
      ...(definition.usesWeights?.(options) && { usesWeights: true }),
      async compress(matrix, context) {
        throwIfAborted(context.signal)
        const table: Out | undefined = await definition.compress(matrix, options, context)
        if (!table) throw new SlimbedError('bad-input', `${name} returned no table: a fault of the plugin`)
        if (table.rows === matrix.rows && (similarityOnly || table.dim === matrix.dim)) return table
        const [made, asked] = [table, matrix].map(({ rows, dim }) => `${rows} × ${dim}`)
        throw new SlimbedError(
          'bad-input',
          `${name} returned a ${made} table for a ${asked} matrix: a fault of the plugin`
        )
      }
    }
    return compressor
  }
  const plugin: CompressorPlugin<Schema, Out> = Object.assign(make, {
    spec: 1,
    type: 'compressor',
    id: name,
    summary,
    options: schema,
    ...(definition.candidates && { candidates: definition.candidates })
  } as const)
  return plugin
}

/** Makes a scheduler plugin from its name, options and one pure function of the step. */
export function defineScheduler<Schema extends OptionSchema>(
  definition: SchedulerDefinition<Schema>
): SchedulerPlugin<Schema> {
  const { name, summary, options: schema } = definition
  checkName(name)
  const make = (given: Partial<OptionsOf<Schema>> = {}): Scheduler => {
    const options = resolveOptions(name, schema, given)
    definition.check?.(options)
    return { name, config: configOf(options), plugin, rate: (step: number) => definition.rate(step, options) }
  }
  const plugin: SchedulerPlugin<Schema> = Object.assign(make, {
    spec: 1,
    type: 'scheduler',
    id: name,
    summary,
    options: schema
  } as const)
  return plugin
}
