import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { safetensors } from '../../../../packages/io/test/safetensors/safetensors-file.js'
import { numbers } from './vectors.js'

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']
const tokens = [...special, 'the', 'cold', 'river', 'runs', 'snow', 'melt', '##s', '##er', '##ing', '!', ',', "'", 'un']

/** A `tokenizer.json` as BERT has it. */
export const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: special.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true
  })),
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
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } }
    ],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] }
    }
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id]))
  }
}

/** A `tokenizer.json` of pieces with scores, as T5 and XLM-R have it. */
const unigram = {
  ...tokenizer,
  added_tokens: [],
  normalizer: { type: 'NFKC' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: null,
  decoder: null,
  model: {
    type: 'Unigram',
    unk_id: 0,
    byte_fallback: false,
    vocab: [
      ['<unk>', 0],
      ...['▁', '▁the', '▁cold', '▁river', 's', 'er', '▁snow', '▁melt', 'ing', '!', 'e', 'r', 't', 'h'].map(
        (piece, i) => [piece, -2 - i / 4]
      )
    ]
  }
}

const dim = 6
const count = tokens.length
const f32 = (rows: number, seed = 1) => ({ dtype: 'F32', shape: [rows, dim], data: numbers(rows, dim, seed) })
const half = {
  dtype: 'F16',
  shape: [count, dim],
  data: Uint16Array.from({ length: count * dim }, (_, i) => 0x3000 + 37 * i)
}
const bytes = Int8Array.from({ length: count * dim }, (_, i) => ((i * 83) % 255) - 127)
const mapping = {
  dtype: 'I64',
  shape: [count],
  data: BigInt64Array.from({ length: count }, (_, i) => BigInt((i * 5) % 7))
}
const weights = { dtype: 'F32', shape: [count], data: numbers(count, 1, 3).map((value) => Math.abs(value) + 0.1) }

type Files = Readonly<Record<string, unknown>>

const model2vec = (tensors: Parameters<typeof safetensors>[0], config: object, json: object = tokenizer): Files => ({
  'config.json': { model_type: 'model2vec', ...config },
  'model.safetensors': safetensors(tensors),
  'tokenizer.json': json
})

const module = (idx: number, path: string, type: string) => ({
  idx,
  name: String(idx),
  path,
  type: `sentence_transformers.models.${type}`
})
const embedding = { 'embedding.weight': f32(count) }
const told = { __version__: { sentence_transformers: '5.0.0' }, similarity_fn_name: 'cosine' }
const cut = { ...tokenizer, truncation: { direction: 'Right', max_length: 3, strategy: 'LongestFirst', stride: 0 } }

/** Models of every layout, and the library that each is for. */
export const models: Readonly<Record<string, { readonly library: string; readonly files: Files }>> = {
  plain: { library: 'model2vec', files: model2vec({ embeddings: f32(count) }, { normalize: true }) },
  'cut after 3 tokens': {
    library: 'model2vec',
    files: model2vec({ embeddings: f32(count) }, { normalize: false, max_length: 3 })
  },
  'never cut': {
    library: 'model2vec',
    files: model2vec({ embeddings: f32(count) }, { normalize: false, max_length: null }, cut)
  },
  'shared rows and weights': {
    library: 'model2vec',
    files: model2vec({ embeddings: f32(7), mapping, weights }, { normalize: false, vocabulary_quantization: 7 })
  },
  weights: { library: 'model2vec', files: model2vec({ embeddings: f32(count), weights }, { normalize: true }) },
  'half floats': { library: 'model2vec', files: model2vec({ embeddings: half }, { normalize: false }) },
  int8: {
    library: 'model2vec',
    files: model2vec({ embeddings: { dtype: 'I8', shape: [count, dim], data: bytes } }, { normalize: true })
  },
  unigram: {
    library: 'model2vec',
    files: model2vec({ embeddings: f32(15) }, { normalize: true, max_length: 9 }, unigram)
  },
  nested: {
    library: 'sentence_transformers',
    files: {
      'config_sentence_transformers.json': told,
      'modules.json': [module(0, '0_StaticEmbedding', 'StaticEmbedding'), module(1, '1_Normalize', 'Normalize')],
      '0_StaticEmbedding/model.safetensors': safetensors(embedding),
      '0_StaticEmbedding/tokenizer.json': tokenizer
    }
  },
  'flat, cut by its tokenizer, with a prompt': {
    library: 'sentence_transformers',
    files: {
      'config_sentence_transformers.json': {
        ...told,
        prompts: { query: 'the ', document: '' },
        default_prompt_name: 'query'
      },
      'modules.json': [module(0, '', 'StaticEmbedding')],
      'model.safetensors': safetensors(embedding),
      'tokenizer.json': cut
    }
  }
}

/** What is encoded. */
export const texts = [
  'The cold river runs',
  'Snow melts, melting snow!',
  'zebra',
  '',
  'unzebra the zebra river',
  "the river's RÍVERS [SEP] [UNK] river",
  'naïve 日本 ﬁ cold',
  'cold '.repeat(40),
  'the the the the snow river river',
  `the ${'x'.repeat(120)} cold`
]

/** Writes files below a folder: bytes as they are, anything else as JSON. */
export function putModel(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content instanceof Uint8Array ? content : JSON.stringify(content))
  }
}
