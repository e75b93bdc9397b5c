/** White space of Unicode: all of it is one UTF-16 code unit. */
export const whitespace = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/** Characters of words, as the pattern `\w` of Rust has them. */
export const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}'

/** Numbers. */
export const numeric = '\\p{N}'
