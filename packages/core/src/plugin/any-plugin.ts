import type { CompressorPlugin } from './compressor.js'
import type { SchedulerPlugin } from './scheduler.js'

/** A plugin whose options are not known to the type checker: what a registry holds. */
// biome-ignore lint/suspicious/noExplicitAny: the one erased plugin type
export type AnyPlugin = CompressorPlugin<any, any> | SchedulerPlugin<any>

/** Whether `value` is a plugin of this version of the interface. */
export function isPlugin(value: unknown): value is AnyPlugin {
  if (typeof value !== 'function') return false
  const { spec, type, id } = value as Partial<AnyPlugin>
  return spec === 1 && (type === 'compressor' || type === 'scheduler') && typeof id === 'string'
}
