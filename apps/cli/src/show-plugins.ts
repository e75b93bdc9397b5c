import { describeOption, type Option } from '@slimbed/core'
import type { PluginDescription, PluginList } from './commands/plugins.js'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'

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
export function showPlugins({ plugins, missing }: PluginList): string {
  const rest =
    missing.length === 0
      ? []
      : [['Not installed:', ...missing.map((each) => `  ${each.id}: npm install ${each.package}`)].join('\n')]
  return [...plugins.map(show), ...rest].join('\n\n')
}
