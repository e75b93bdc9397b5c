import stringWidth from 'string-width'
import { printable } from './printable.js'

function pad(text: string, width: number, align: string | undefined): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'r' ? space + text : text + space
}

/**
 * Lines of cells as aligned columns two spaces apart, indented by two; `align` has a letter for each column. Unsafe characters are
 * replaced by their numbers.
 */
export function alignColumns(cells: readonly (readonly string[])[], align: string): string {
  const lines = cells.map((line) => line.map(printable))
  const widths = [...align].map((_, i) => Math.max(0, ...lines.map((cells) => stringWidth(cells[i] ?? ''))))
  return lines
    .map((cells) => cells.map((cell, i) => pad(cell, widths[i] ?? 0, align[i])).join('  '))
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}
