import { type Contender, type Figures, figureNames, type Outcome, type Run, runOnce } from './contender.js'

/** A job and those who do it; `bytes` is what a rate is counted in. */
export interface Case {
  readonly name: string
  readonly what: string
  readonly bytes: number
  /** Rows that a rate is counted in too. */
  readonly rows?: number
  readonly contenders: readonly Contender[]
}

/** One contender's runs, by their medians. */
export interface Result extends Figures {
  readonly contender: string
  readonly peer: boolean
  readonly seconds: readonly number[]
  readonly medianSeconds: number
  readonly megabytesPerSecond: number
  readonly peakMemoryBytes: number
  readonly rowsPerSecond?: number
}

/** All results of a case, and who could not run. */
export interface CaseResult {
  readonly name: string
  readonly what: string
  readonly bytes: number
  readonly results: readonly Result[]
  readonly missing: readonly { readonly contender: string; readonly why: string }[]
}

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

function summarise({ name, peer = false }: Contender, runs: readonly Run[], { bytes, rows }: Case): Result {
  const seconds = runs.map((run) => run.seconds)
  const medianSeconds = median(seconds)
  const figures = figureNames
    .filter((name) => runs[0][name] !== undefined)
    .map((name) => [name, median(runs.map((run) => run[name] ?? 0))])
  return {
    contender: name,
    peer,
    seconds,
    medianSeconds,
    megabytesPerSecond: bytes / medianSeconds / 1e6,
    peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
    ...(rows !== undefined && { rowsPerSecond: rows / medianSeconds }),
    ...Object.fromEntries(figures)
  }
}

/** Runs every contender `rounds` times, in alternation, so that a slow spell of the machine falls on all of them. */
export async function compare(
  one: Case,
  rounds: number,
  onRun: (contender: string, outcome: Outcome) => void
): Promise<CaseResult> {
  const { name, what, bytes, contenders } = one
  const runs = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]))
  const missing: { contender: string; why: string }[] = []
  for (let round = 0; round < rounds; round++) {
    for (const contender of [...runs.keys()]) {
      const outcome = await runOnce(contender)
      onRun(contender.name, outcome)
      if ('missing' in outcome) {
        missing.push({ contender: contender.name, why: outcome.missing })
        runs.delete(contender)
      } else runs.get(contender)!.push(outcome)
    }
  }
  return { name, what, bytes, results: [...runs].map(([contender, own]) => summarise(contender, own, one)), missing }
}
