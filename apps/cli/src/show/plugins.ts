import type { Option, OptionSchema } from '@slimbed/core'
import { describeOption } from '@slimbed/core/plugins'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'

/** An installed plugin. */
export interface PluginDescription {
  readonly id: string
  readonly type: string
  readonly summary: string
  /** Null for a single file. */
  readonly package: string | null
  readonly version: string | null
  readonly options: OptionSchema
}

/** What `slimbed plugins --json` prints. */
export interface PluginList {
  readonly plugins: readonly PluginDescription[]
  /** Plugins of this project that are not installed. */
  readonly missing: readonly { readonly id: string; readonly package: string }[]
  /** Packages of others that do not load. */
  readonly broken: readonly { readonly package: string; readonly problem: string }[]
}

function showDefault({ default: value }: Option<unknown>): string {
  return value === undefined ? '' : `default ${String(value)}`
}

function show({ id, type, summary, package: name, version, options }: PluginDescription): string {
  const from = name === null ? 'a file' : `${name} ${version}`
  const kind = type === 'compressor' ? '' : ` (${type})`
  const lines = Object.entries(options).map(([option, about]) => [
    `  ${option}`,
    describeOption(about),
    showDefault(about),
    about.help
  ])
  return [`${id}${kind}, from ${from}`, `  ${summary}`, ...(lines.length > 0 ? [alignColumns(lines, 'llll')] : [])]
    .map(printLines)
    .join('\n')
}

const printLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** The plugins that are installed and how to install the others, as a person reads it. */
export function showPlugins({ plugins, missing, broken }: PluginList): string {
  const rest =
    missing.length === 0
      ? []
      : [['Not installed:', ...missing.map((each) => `  ${each.id}: npm install ${each.package}`)].join('\n')]
  const failed = broken.map(({ problem }) => `Does not load: ${problem}`)
  return [...plugins.map(show), ...rest, ...failed].join('\n\n')
}
