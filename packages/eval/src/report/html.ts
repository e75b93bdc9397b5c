import { style } from './style.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** Text without characters that could turn it around or steer what shows it: those stand there by number. */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`
  )

/** Text as it may stand in a page. */
export const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => entities[character])

/** A path as it may stand in a page, which ends a line at its parts. */
export const breakable = (path: string): string => escaped(path).replace(/[/._]/g, '$&<wbr>')

/** A cell: text, with more below it in small, or HTML that is safe already. */
export type Cell = string | { readonly text: string; readonly below?: string | undefined } | { readonly html: string }

function contentOf(cell: Cell): string {
  if (typeof cell === 'string') return escaped(cell)
  if ('html' in cell) return cell.html
  return `${escaped(cell.text)}${cell.below ? `<small>${escaped(cell.below)}</small>` : ''}`
}

/** The heading of a column. */
export interface Column {
  readonly title: Cell
  /** What stands beside the cell where a row is a block, on a narrow screen; the title unless given. */
  readonly label?: string
}

/** A table: what a row is about stands in its first column, figures in the others. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const heading = columns
    .map(({ title }, i) => `<th scope="col"${i > 0 ? ' class="number"' : ''}>${contentOf(title)}</th>`)
    .join('')
  const labels = columns.map(({ title, label }) => escaped(label ?? (typeof title === 'string' ? title : '')))
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0
        ? `<th scope="row">${contentOf(cell)}</th>`
        : `<td class="number" data-label="${labels[i]}">${contentOf(cell)}</td>`
    )
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="scroll"><table>\n<thead><tr>${heading}</tr></thead>\n<tbody>${lines.join('\n')}</tbody></table></div>`
}

/** A picture with what it says. */
export const figure = (picture: string, caption: string): string =>
  `<figure><div class="scroll">${picture}</div><figcaption>${caption}</figcaption></figure>`

/** A part of a page. */
export const section = (title: string, content: string): string => `<h2>${title}</h2>\n${content}`

/** A page that needs nothing else; `more` stands after its styles. */
export const pageOf = (title: string, content: string, more = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}${more}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`
