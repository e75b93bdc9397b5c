import { type Contender, type Looking, singles } from './contenders.js'

/** Bits a value between which a search goes on. */
export const [fewest, most] = [0.05, 16]
/** How far above a size a rate surely reaches down to it; how much less is tried next, at least, and how often. */
const [reach, less, mostSteps] = [1.15, 0.85, 6]

/** Bits a value that a table takes in the file of another program beyond those of ours. */
export const beyond = ({ estimate }: Contender, { room }: Looking): number =>
  (8 * (estimate.bytes - estimate.own)) / room.values

/** Pipelines of one plugin's stages, at fewer bits until one comes to the size: in a file of another program codes take more than in ours. */
async function within(bits: number, looking: Looking, isWithin: (one: Contender) => boolean): Promise<Contender[]> {
  const found: Contender[] = []
  for (let at = bits, step = 0; at > fewest && step < mostSteps; step++) {
    found.push(...(await singles(at, looking)))
    if (found.length === 0 || found.some(isWithin)) return found
    const taken = Math.min(...found.map(({ estimate }) => (8 * estimate.bytes) / looking.room.values))
    // Codes may take a multiple of their bytes, or some bytes more.
    at = Math.min(less * at, Math.max(at + bits - taken, (at * bits) / taken))
  }
  return found
}

/** Pipelines of one stage at a size, the best first. Where there is none the smallest that there are, to tell how near it can be. */
export async function aloneFor(bits: number, looking: Looking): Promise<Contender[]> {
  const isWithin = ({ score, estimate }: Contender) =>
    Number.isFinite(score) && estimate.bytes <= reach * looking.room.bytes
  const found: Contender[] = []
  if (looking.trials.into)
    for (const plugin of looking.plugins)
      found.push(...(await within(bits, { ...looking, plugins: [plugin] }, isWithin)))
  else found.push(...(await singles(bits, looking)))
  for (let at = 2 * bits; found.length === 0 && at < most; at *= 2) found.push(...(await singles(at, looking)))
  if (!looking.trials.into) return found
  const byName = [...new Map(found.map((one) => [one.spec, one])).values()]
  return byName.sort((a, b) => Number(isWithin(b)) - Number(isWithin(a)) || a.score - b.score)
}
