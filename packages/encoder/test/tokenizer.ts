/** The `tokenizer.json` of a model of these tokens; the first one stands for what is unknown. */
export const wordPiece = (tokens: readonly string[]) => ({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    { id: 0, content: tokens[0], special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }
  ],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: tokens[0],
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id]))
  }
})

export const tokens = ['[UNK]', 'the', 'cold', 'river', 'runs', '##er', '##s', '!', 'a', 'b', 'uber']
