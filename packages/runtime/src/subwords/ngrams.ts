/** How words are cut into n-grams, and how many buckets these are hashed into (Bojanowski et al. 2017). */
export interface NgramRules {
  /** The fewest characters of an n-gram. */
  readonly minn: number
  /** The most characters of an n-gram; 0 where words have none. */
  readonly maxn: number
  /** How many buckets there are. */
  readonly bucket: number
}

/** The most characters that an n-gram may have: it limits the time that a hostile file can take. */
export const longestNgram = 64

const [less, greater] = [0x3c, 0x3e]
const [start, prime] = [0x811c9dc5, 0x01000193]
/** The end of a line, which is a word without n-grams. */
const end = [0x3c, 0x2f, 0x73, 0x3e]

/**
 * The hash of bytes as fastText computes it, an unsigned 32-bit integer: FNV-1a (Fowler, Noll and Vo), but each byte is extended to 32
 * bits as a signed number.
 */
export function hashOf(bytes: ArrayLike<number>): number {
  let hash = start
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ ((bytes[i] << 24) >> 24), prime)
  return hash >>> 0
}

/** Whether a byte goes on with a character of UTF-8. */
const continues = (byte: number) => (byte & 0xc0) === 0x80

/**
 * The buckets of a word's n-grams, as fastText finds them: those of `<word>`, from each character on, of `minn` to `maxn` characters;
 * single characters at either end are left out. In order, and as often as they occur. `word` is UTF-8; of other bytes those that do not
 * go on with a character begin one.
 */
export function ngramBuckets(word: Uint8Array, { minn, maxn, bucket }: NgramRules): number[] {
  const found: number[] = []
  const { length } = word
  if (length === end.length && end.every((byte, i) => word[i] === byte)) return found
  const at = (i: number) => (i === 0 ? less : i > length ? greater : word[i - 1])
  const last = length + 2
  for (let i = 0; i < last; i++) {
    if (continues(at(i))) continue
    let hash = start
    for (let j = i, n = 1; j < last && n <= maxn; n++) {
      do hash = Math.imul(hash ^ ((at(j++) << 24) >> 24), prime)
      while (j < last && continues(at(j)))
      if (n >= minn && (n > 1 || (i > 0 && j < last))) found.push((hash >>> 0) % bucket)
    }
  }
  return found
}
