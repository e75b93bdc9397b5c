const escaped = (point: number) => `\\u{${point.toString(16)}}`

/**
 * Characters for a class of a regular expression, with the flag `u`: for each range the gap before it, and after a point how many
 * characters follow its first one, in base 36.
 */
export function rangesOf(encoded: string): string {
  let result = ''
  let next = 0
  for (const range of encoded.split(' ')) {
    const [gap, more = '0'] = range.split('.')
    const first = next + Number.parseInt(gap, 36)
    const last = first + Number.parseInt(more, 36)
    result += `${escaped(first)}-${escaped(last)}`
    next = last + 1
  }
  return result
}

/** A pattern of one character that has a property of Unicode, without some and with others, each encoded as for `rangesOf`. */
export const propertyOf = (property: string, without: string, also: string): string =>
  `(?:(?![${rangesOf(without)}])${property}|[${rangesOf(also)}])`
