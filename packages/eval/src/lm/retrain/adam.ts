const [decay, squaredDecay, epsilon] = [0.9, 0.999, 1e-8]

/** Steps of Adam (Kingma and Ba 2015) on one array. */
export interface Adam {
  /** Moves `values` against `gradient`. */
  step(gradient: Float32Array, rate: number): void
}

/** Adam on `values`, which it changes in place. */
export function adam(values: Float32Array): Adam {
  const [mean, square] = [new Float32Array(values.length), new Float32Array(values.length)]
  let steps = 0
  return {
    step(gradient, rate) {
      steps++
      const scale = (rate * Math.sqrt(1 - squaredDecay ** steps)) / (1 - decay ** steps)
      for (let i = 0; i < values.length; i++) {
        const slope = gradient[i]!
        const m = decay * mean[i]! + (1 - decay) * slope
        const s = squaredDecay * square[i]! + (1 - squaredDecay) * slope * slope
        mean[i] = m
        square[i] = s
        values[i]! -= (scale * m) / (Math.sqrt(s) + epsilon)
      }
    }
  }
}
