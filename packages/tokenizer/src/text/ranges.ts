const escaped = (point: number) => `\\u{${point.toString(16)}}`

/** Characters for a class of a regular expression, with the flag `u`, from gaps and lengths in turn, in base 36. */
export function rangesOf(encoded: string): string {
  let result = ''
  let next = 0
  let first = -1
  for (const text of encoded.split(' ')) {
    const number = Number.parseInt(text, 36)
    if (first < 0) {
      first = next + number
      continue
    }
    const last = first + number
    result += last > first ? `${escaped(first)}-${escaped(last)}` : escaped(first)
    next = last + 1
    first = -1
  }
  return result
}
