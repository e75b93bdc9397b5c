import { SlimbedError } from '@slimbed/core'
import { parseSpec } from '@slimbed/core/plugins'
import { type Checked, openFastText, type RewrittenFastText, rewriteFastText } from '@slimbed/fasttext'
import { fileSource, writeAtomically } from '@slimbed/io/node'
import { closing } from '../open/closing.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { openTensor } from '../open/tensor.js'
import { print, printJson, type Session } from '../session/session.js'
import { stopwatch } from '../session/stopwatch.js'
import { type RewriteReport, showRewriting } from '../show/rewriting.js'
import { decimal } from '../show/text/units.js'
import type { RewriteFlags } from './format.js'

/** The flags of `slimbed rewrite` for fastText. */
export interface FastTextFlags extends RewriteFlags {
  readonly pipeline?: string
  /** Whether rows have factors. */
  readonly norms: boolean
  /** The most rows, of words and n-grams. */
  readonly words?: number
  /** A file of texts. */
  readonly check?: string
}

/** What `slimbed rewrite --json` prints of a fastText model. */
interface FastTextReport extends RewriteReport {
  /** The vectors of the words that are kept. */
  readonly words: RewrittenFastText['words']
  readonly checked?: Checked | undefined
}

/** The parts that a pipeline asks for. Throws `bad-option` for one of other stages than `pq`, which is what fastText reads. */
function partsIn(spec: string | undefined): number | undefined {
  if (spec === undefined) return undefined
  const [{ name, where, options }, ...more] = parseSpec(spec)
  const { parts, bits = 8, ...others } = options
  const fits = more.length === 0 && name === 'pq' && where === undefined && Object.keys(others).length === 0
  if (fits && bits === 8 && (parts === undefined || (typeof parts === 'number' && Number.isInteger(parts))))
    return parts
  throw new SlimbedError(
    'bad-option',
    `-p "${spec}": fastText reads product codes of 8 bits alone: give "pq(parts=50)", for example`
  )
}

/** The most bytes of texts. */
const mostText = 2 ** 28

/** The texts of a file, without empty lines. */
async function textsIn(path: string): Promise<string[]> {
  const text = await closing(fileSource(path), async (source) => {
    if (source.size > mostText) {
      throw new SlimbedError(
        'bad-input',
        `--check ${path}: expected texts of at most 256 MiB, not ${source.size} bytes`
      )
    }
    return new TextDecoder().decode(await source.read(0, source.size))
  })
  const texts = text.split('\n').filter((line) => line.trim() !== '')
  if (texts.length > 0) return texts
  throw new SlimbedError('bad-input', `--check ${path}: expected texts, a line each; there are none`)
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** What the words and the texts say, as text for people. */
function showChecks({ words, checked }: FastTextReport): string {
  const { count, relativeError, weightedError = relativeError, meanCosine } = words
  const own = `relative error ${decimal(relativeError)}, weighted by count ${decimal(weightedError)}, mean cosine ${decimal(meanCosine)}`
  const lines = [`  vectors of ${count} words: ${own}`]
  if (checked?.sameLabel !== undefined)
    lines.push(`  ${checked.texts} texts: ${percent(checked.sameLabel)} get the same label`)
  if (checked?.labelled) {
    const { texts, before, after } = checked.labelled
    lines.push(`  ${texts} labelled texts: ${percent(before)} right before, ${percent(after)} after`)
  }
  if (checked?.meanCosine !== undefined)
    lines.push(`  words of ${checked.texts} texts: mean cosine ${decimal(checked.meanCosine)}`)
  return lines.join('\n')
}

/** `slimbed rewrite` of a fastText model: its input as product codes. */
export async function rewriteFastTextFile(path: string, flags: FastTextFlags, session: Session): Promise<void> {
  const { output, pipeline, norms, words: rows, check } = flags
  const { signal, progress } = session
  const sinceStart = stopwatch()
  const parts = partsIn(pipeline)
  await checkInputs([check], session)
  await checkOutput(output, [path, check])
  const texts = check === undefined ? undefined : await textsIn(check)
  const source = await fileSource(path)
  await closing(openFastText(source), (model) =>
    closing(openTensor(flags), async (tensor) => {
      const options = { parts, norms, rows, texts, tensor, signal }
      const made = await writeAtomically(output, (sink) =>
        rewriteFastText(model, sink, {
          ...options,
          onProgress: (phase, done, total) => progress.phase(phase, total * 4 * model.args.dim)(done, total)
        })
      )
      progress.clear()
      const { input, words, checked } = made
      const { parts: coded, norms: scaled, ...measured } = input
      const from = model.input.kind === 'dense' ? 'F32' : `${model.input.codebooks.parts} codes`
      const report: FastTextReport = {
        input: { path, format: 'fasttext', bytes: source.size },
        output: { path: output, bytes: made.bytes },
        ratio: source.size / made.bytes,
        tables: [{ name: 'input', from, to: `${coded} codes${scaled ? ' and a norm' : ''}`, ...measured }],
        words,
        ...(checked && { checked }),
        verified: 'the file was read back: settings, words, labels and every row are what was meant',
        backend: tensor.backend,
        threads: tensor.threads,
        seconds: { total: sinceStart() },
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024
      }
      const shown = () => `${showRewriting(report)}\n\n${showChecks(report)}`
      await (flags.json ? printJson(report, output) : print(shown(), output))
    })
  )
}
