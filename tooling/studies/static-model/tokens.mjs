// The tokens of a made-up model: those that a WordPiece tokenizer of English has, chosen by counts of words.

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
const characters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !/[A-Z]/.test(c))
const plain = /^[a-z0-9]+$/
const longestPiece = 6

/** How often each piece within words occurs, from the second character on. */
function pieceCounts(words) {
  const counts = new Map()
  for (const [word, share] of words) {
    for (let i = 1; i < word.length; i++) {
      for (let end = i + 2; end <= Math.min(word.length, i + longestPiece); end++) {
        const piece = word.slice(i, end)
        counts.set(piece, (counts.get(piece) ?? 0) + share)
      }
    }
  }
  return counts
}

const byCount = ([a, x], [b, y]) => y - x || (a < b ? -1 : 1)

/**
 * `count` tokens with their shares of running text: special ones, characters, words by their share, and a fifth of pieces. `words` are
 * words with their shares, the frequent ones first.
 */
export function tokensFrom(words, count) {
  const own = words.filter(([word]) => plain.test(word))
  const pieces = Math.floor(count / 5)
  const basic = [...special, ...characters, ...characters.map((c) => `##${c}`)]
  const some = own.filter(([word]) => word.length > 1).slice(0, count - pieces - basic.length)
  const rest = own.slice(some.length)
  const inside = [...pieceCounts(rest)].sort(byCount).slice(0, pieces)
  const tokens = new Map(basic.map((token) => [token, 1e-7]))
  for (const [word, share] of some) tokens.set(word, share)
  for (const [piece, share] of inside) tokens.set(`##${piece}`, share)
  return tokens
}

/** A tokenizer of these tokens, as BERT has it. */
export function tokenizerOf(tokens) {
  const vocab = Object.fromEntries([...tokens].map((token, id) => [token, id]))
  const added = special.map((content) => ({
    id: vocab[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true
  }))
  const piece = (id, type_id) => ({ SpecialToken: { id, type_id } })
  const sequence = (id, type_id) => ({ Sequence: { id, type_id } })
  const one = [piece('[CLS]', 0), sequence('A', 0), piece('[SEP]', 0)]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: one,
      pair: [...one, sequence('B', 1), piece('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [vocab[token]], tokens: [token] }])
      )
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab
    }
  }
}
