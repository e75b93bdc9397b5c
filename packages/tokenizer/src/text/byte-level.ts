const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)

/** The character of each byte: printable bytes are their own, the others follow from U+0100 on (Radford et al. 2019). */
const characters: readonly string[] = (() => {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
})()

const encoder = new TextEncoder()
const ascii = /^ ?[!-~]*$/

/** The UTF-8 bytes of a text, a character for each. */
export function byteLevel(text: string): string {
  if (ascii.test(text)) return text.startsWith(' ') ? characters[32] + text.slice(1) : text
  let result = ''
  for (const byte of encoder.encode(text)) result += characters[byte]
  return result
}
