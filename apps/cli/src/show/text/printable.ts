// By Unicode property and not by ranges: direction marks are spread over Unicode, and more may be added.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/**
 * Text from a file in a form that is safe to show: characters that control a terminal or reverse the direction of text are
 * replaced by their numbers.
 */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** Several lines of text, each safe to show. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** JSON in which unsafe characters are escaped. */
export const printableJson = (value: object): string =>
  JSON.stringify(value, null, 2).replace(unprintable, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
