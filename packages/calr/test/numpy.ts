import { pythonWith, runPython } from '@slimbed/testing'

const python = pythonWith('numpy')

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** The released rule, transcribed: bounds that change at the end of every epoch, and a count of steps that never restarts. */
const program = `
import json, sys
import numpy as np
upper0, decay, size, per_epoch, epochs, lower0 = json.loads(sys.argv[1])
lower0 = upper0 * decay ** 5 if lower0 is None else lower0

def triangle(steps, size, low, high):
    slope = (high - low) / size
    place = np.mod(steps, 2 * size)
    return np.where(place < size, low + place * slope, high - (place - size) * slope)

upper, lower, rates = upper0, lower0, []
for epoch in range(epochs):
    steps = np.arange(epoch * per_epoch, (epoch + 1) * per_epoch, dtype='f8')
    rates.append(triangle(steps, size, lower, upper))
    upper *= decay
    if upper <= lower * (1 + 1e-9):
        upper, lower = upper0, lower0
print(json.dumps(np.concatenate(rates).tolist()))
`

/** What the rule is asked for; `size` is half of a cycle. */
export interface Rule {
  readonly upper: number
  readonly decay: number
  readonly size: number
  readonly stepsPerEpoch: number
  readonly epochs: number
  readonly lower?: number
}

/** The rates of all steps of all epochs, by NumPy. */
export function released({ upper, decay, size, stepsPerEpoch, epochs, lower }: Rule): number[] {
  const given = JSON.stringify([upper, decay, size, stepsPerEpoch, epochs, lower ?? null])
  return runPython(python, ['-c', program, given]) as number[]
}
