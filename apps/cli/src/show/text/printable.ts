// Not in ranges: marks of direction are spread over Unicode, and more may come.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** Text from a file as it is safe to show: characters that could steer a terminal or turn its text around, by number. */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** Several lines of text, each safe to show. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** JSON, with what is not safe to show escaped as JSON does it. */
export const printableJson = (value: object): string =>
  JSON.stringify(value, null, 2).replace(unprintable, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
