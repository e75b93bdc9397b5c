/** A line longer than this, in bytes without its line end, is no vector. */
export const longestLine = 16 << 20

/** What is wrong with a line that is. */
export const tooLong = `expected lines of vectors; a line is longer than ${longestLine} bytes`
