import { dot } from '@slimbed/core/numbers'

/** A function to minimise: its value at `point`, and its gradient in `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number

/** When `minimize` is done. */
export interface MinimizeOptions {
  /** No element of the gradient is larger. */
  readonly tolerance: number
  readonly mostRounds: number
  /** An estimate of the inverse Hessian times a vector, up to a factor; the vector itself by default. */
  readonly precondition?: ((vector: Float64Array) => Float64Array) | undefined
}

const memory = 10

const product = (a: Float64Array, b: Float64Array): number => dot(a, 0, b, 0, a.length)

const add = (to: Float64Array, factor: number, values: Float64Array): void => {
  for (let i = 0; i < to.length; i++) to[i] += factor * values[i]
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** A step taken, and how the gradient changed with it. */
interface Pair {
  readonly step: Float64Array
  readonly change: Float64Array
  /** `step · change`. */
  readonly curvature: number
}

/** Minus the gradient times an estimate of the inverse Hessian, by two loops over the last steps. */
function directionFrom(
  gradient: Float64Array,
  pairs: readonly Pair[],
  precondition: (vector: Float64Array) => Float64Array
): Float64Array {
  let direction: Float64Array = gradient.map((value) => -value)
  const shares = pairs.map(() => 0)
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, curvature } = pairs[k]
    shares[k] = product(step, direction) / curvature
    add(direction, -shares[k], change)
  }
  const last = pairs.at(-1)
  direction = precondition(direction)
  const scale = last ? last.curvature / product(last.change, precondition(last.change)) : 1
  for (let i = 0; i < direction.length; i++) direction[i] *= scale
  pairs.forEach(({ step, change, curvature }, k) => {
    add(direction, shares[k] - product(change, direction) / curvature, step)
  })
  return direction
}

/**
 * The minimum of a smooth convex function, from `start` on, by L-BFGS with halved steps (Nocedal and Wright 2006, Algorithms 7.4 and
 * 7.5 and section 3.1).
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Float64Array {
  const { tolerance, mostRounds, precondition = (vector) => vector.slice() } = options
  let point = start.slice()
  let gradient = new Float64Array(point.length)
  let value = objective(point, gradient)
  const pairs: Pair[] = []
  for (let round = 0; round < mostRounds && largest(gradient) > tolerance; round++) {
    const direction = directionFrom(gradient, pairs, precondition)
    const slope = product(direction, gradient)
    const next = new Float64Array(point.length)
    const nextGradient = new Float64Array(point.length)
    let length = 1
    for (let tries = 0; ; tries++) {
      for (let i = 0; i < next.length; i++) next[i] = point[i] + length * direction[i]
      const reached = objective(next, nextGradient)
      if (reached <= value + 1e-4 * length * slope) {
        value = reached
        break
      }
      // The possible gain is smaller than the rounding error.
      if (tries === 40) return point
      length /= 2
    }
    const step = next.map((to, i) => to - point[i])
    const change = nextGradient.map((to, i) => to - gradient[i])
    const curvature = product(step, change)
    if (curvature > 0) pairs.push({ step, change, curvature })
    if (pairs.length > memory) pairs.shift()
    ;[point, gradient] = [next, nextGradient]
  }
  return point
}
