const extending =
  '(?:(?![\\u102b\\u102c\\u1038\\u1062-\\u1064\\u1067-\\u106d\\u1083\\u1087-\\u108c\\u108f\\u109a-\\u109c\\u1a61\\u1a63\\u1a64\\uaa7b\\uaa7d\\u{11720}\\u{11721}])' +
  '[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\p{Mc}\\u200d\\u0e33\\u0eb3])'
const prepended =
  '[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u0d4e\\u{110bd}\\u{110cd}\\u{111c2}\\u{111c3}\\u{113d1}\\u{1193f}\\u{11941}\\u{11a84}-\\u{11a89}\\u{11d46}\\u{11f02}]'
const base =
  '(?:\\p{Extended_Pictographic}(?:\\p{Grapheme_Extend}*\\u200d\\p{Extended_Pictographic})*|[^\\p{Cc}\\p{Cf}\\u2028\\u2029]|[\\u200c\\u200d])'

/**
 * Extended grapheme clusters (Unicode Standard Annex 29), except of flags and of Hangul and Indic letters, which are too long to be
 * looked up together anyway.
 */
export const clustersOf = (): RegExp =>
  new RegExp(`\\r\\n|${prepended}*${base}${extending}*|${prepended}+${extending}*|[^]`, 'gu')

/** Characters without which each character is a cluster. */
export const joiningOf = (): RegExp => new RegExp(`\\r|${prepended}|${extending}`, 'u')
