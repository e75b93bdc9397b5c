import { fileURLToPath } from 'node:url'
import { type Job, ours, peer } from './commands.js'
import { fileBytes } from './files.js'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const tokenizer = `${data}/models/minilm-l3-6k/tokenizer.json`
const texts = `${data}/lm/ptb.valid.txt`
const rounds = 5

/** Texts to ids, one after another, one thread. */
export const tokenizerJob: Job = [
  'tokenizer',
  async (setting) => ({
    name: 'tokenizer',
    what: `WordPiece, 6,000 tokens: the ids of the lines of the Penn Treebank's validation part, ${rounds} times`,
    bytes: rounds * fileBytes(texts),
    contenders: [
      ours('slimbed', 'tokenize.js', tokenizer, texts, String(rounds)),
      peer(setting, 'tokenizers (Python, one text at a time)', 'tokenizers_encode.py', tokenizer, texts, String(rounds))
    ]
  })
]
