const prepended =
  '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u0d4e\\u{110bd}\\u{110cd}\\u{111c2}\\u{111c3}\\u{113d1}\\u{1193f}\\u{11941}\\u{11a84}-\\u{11a89}\\u{11d46}\\u{11f02}'
const spacing =
  '\\u102b\\u102c\\u1038\\u1062-\\u1064\\u1067-\\u106d\\u1083\\u1087-\\u108c\\u108f\\u109a-\\u109c\\u1a61\\u1a63\\u1a64\\uaa7b\\uaa7d\\u{11720}\\u{11721}'
const extending = `(?![${spacing}])[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\p{Mc}\\u200d\\u0e33\\u0eb3]`

/** Finds extended grapheme clusters (Unicode Standard Annex 29). */
export interface Clusters {
  /** Whether a text may have a cluster of several characters. */
  join(text: string): boolean
  /** Whether a text has a character that belongs to the one after it, whichever that is. */
  prepend(text: string): boolean
  /**
   * Where the cluster ends that begins at a place. Flags, and Hangul and Indic syllables, end after each of their letters: they are too
   * long to be looked up together.
   */
  end(text: string, start: number): number
}

/** Each test is of one character: a repetition of millions of them would exceed the stack. */
export function clusters(): Clusters {
  const joins = new RegExp(`[\\r${prepended}]|${extending}`, 'u')
  const prepend = new RegExp(`[${prepended}]`, 'u')
  const prepends = new RegExp(`[${prepended}]`, 'uy')
  const extendsIt = new RegExp(extending, 'uy')
  const stands = /[^\p{Cc}\p{Cf}\u2028\u2029]|[\u200c\u200d]/uy
  const pictures = /\p{Extended_Pictographic}/uy

  /** Where a run of characters ends. */
  function run(text: string, start: number, character: RegExp): number {
    let end = start
    for (character.lastIndex = end; character.test(text); ) end = character.lastIndex
    return end
  }

  function one(text: string, start: number, character: RegExp): number {
    character.lastIndex = start
    return character.test(text) ? character.lastIndex : start
  }

  return {
    join: (text) => joins.test(text),
    prepend: (text) => prepend.test(text),
    end(text, start) {
      if (text.startsWith('\r\n', start)) return start + 2
      const base = run(text, start, prepends)
      let end = one(text, base, stands)
      if (end === start) return start + (Number(text.codePointAt(start)) > 0xffff ? 2 : 1)
      let picture = one(text, base, pictures) > base
      for (;;) {
        end = run(text, end, extendsIt)
        const next = picture && text[end - 1] === '\u200d' ? one(text, end, pictures) : end
        if (next === end) return end
        end = next
        picture = true
      }
    }
  }
}
