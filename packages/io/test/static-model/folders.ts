import { safetensors } from '../safetensors/safetensors-file.js'

// Folders of small static models, by path; what is not bytes is JSON.

export const words = ['[PAD]', '[UNK]', 'water', 'river', 'cold', '##er', 'the']
export const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    { id: 0, content: '[PAD]', special: true },
    { id: 1, content: '[UNK]', special: true }
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
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id]))
  }
}
export const values = Float32Array.of(0, 0, 9, 9, 1, 0, 0, 1, 2, 2, 4, -4, 0.5, 0.25)
export const embeddings = { dtype: 'F32', shape: [7, 2], data: values }
export const model2vec = (
  tensors: Parameters<typeof safetensors>[0] = { embeddings },
  config: object = { normalize: true }
) => ({
  'config.json': { model_type: 'model2vec', ...config },
  'model.safetensors': safetensors(tensors),
  'tokenizer.json': tokenizer
})
export const nested = {
  'config_sentence_transformers.json': { __version__: { sentence_transformers: '5.0.0' } },
  'modules.json': [
    { idx: 0, name: '0', path: '0_StaticEmbedding', type: 'sentence_transformers.models.StaticEmbedding' },
    { idx: 1, name: '1', path: '1_Normalize', type: 'sentence_transformers.models.Normalize' }
  ],
  '0_StaticEmbedding/model.safetensors': safetensors({ 'embedding.weight': embeddings }),
  '0_StaticEmbedding/tokenizer.json': tokenizer
}
const { 'modules.json': _, ...plain } = nested

export { plain }
export const flat = {
  'config_sentence_transformers.json': {},
  'model.safetensors': safetensors({ 'embedding.weight': embeddings }),
  'tokenizer.json': tokenizer
}
