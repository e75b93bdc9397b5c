// What programs need that find plugins and read pipelines from text.
export { type AnyPlugin, isPlugin } from './plugin/any-plugin.js'
export { createRegistry, type Registry } from './plugin/registry.js'
export { describeOption, resolveOptions } from './plugin/resolve-options.js'
export { formatStage, parseSpec } from './plugin/spec.js'
