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

/** A table of text: the first line is its heading; columns from `numbers` on stand to the right. */
export function tableOf(lines: readonly (readonly string[])[], numbers: number): string {
  const [heading = [], ...body] = lines
  const cells = (line: readonly string[], tag: string) =>
    line.map((text, i) => `<${tag}${i >= numbers ? ' class="number"' : ''}>${escaped(text)}</${tag}>`).join('')
  const rows = body.map((line) => `<tr>${cells(line, 'td')}</tr>`).join('\n')
  return `<div class="scroll"><table>\n<thead><tr>${cells(heading, 'th')}</tr></thead>\n<tbody>${rows}</tbody></table></div>`
}
