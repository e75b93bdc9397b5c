import { type Context, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { carryOn, paceOf } from './accelerate.js'
import type { Options, Plan } from './options.js'

/** A rotation and how it was found. */
export interface Learned {
  /** `kept × bits`, orthonormal rows: a row v of `kept` values has the codes `sgn(v · rotation)`. */
  readonly rotation: Dense
  /** The share of the rows' squared norm that the codes lose, before the first pass over them and after each: never rising. */
  readonly losses: readonly number[]
  /** Iterations that a pass stands for. */
  readonly pace: number
}

/** Independent normal numbers (Box and Muller). */
function normals(count: number, random: () => number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  )
}

/** Where the rotation begins; `directions` are the kept principal directions, `kept × dim`. */
export function firstRotation({ init }: Options, plan: Plan, directions: Dense, context: Context): Promise<Dense> {
  const { kept, bits } = plan
  if (init === 'axes') return Promise.resolve(directions)
  const data = init === 'pca' ? new Float32Array(kept * bits) : normals(kept * bits, context.random)
  if (init === 'pca') for (let i = 0; i < kept; i++) data[i * bits + i] = 1
  const dense = { rows: kept, dim: bits, data }
  return init === 'pca' ? Promise.resolve(dense) : context.tensor.polar(dense)
}

/** What the old rotation weighs beside the new: it decides where the rows say nothing. */
const inertia = 1e-3

/** The rotation that maximises `tr(rotationᵀ · cross)`, held near `old` where that says nothing. */
function procrustes(cross: Float64Array, old: Dense, size: number, { tensor }: Context): Promise<Dense> {
  const data = old.data.map((value, at) => (cross[at] + inertia * size * value) / size)
  return tensor.polar({ rows: old.rows, dim: old.dim, data })
}

/**
 * Iterative quantization (Gong and Lazebnik 2011; Liao et al. 2020, Algorithm 1): codes `B = sgn(V R)`, then the rotation R of
 * least `‖B − V R‖²`, in turn; accelerated, the rotation is taken further on, as `carryOn` says.
 *
 * With orthonormal rows of R, `‖B − V R‖²` is `rows · bits − 2 Σ|V R| + ‖V‖²`, so the sum of magnitudes is all that changes; the
 * loss reported is `1 − (Σ|V R|)² / (rows · bits · ‖V‖²)`, the loss of the best multiple of B. V: `rows × kept`, of squared norm `norm`.
 * `progress` is called with the share of the passes that are done.
 */
export async function learnRotation(
  rows: Matrix,
  norm: number,
  first: Dense,
  { iterations, tolerance, accelerate }: Options,
  context: Context,
  progress: (share: number) => void
): Promise<Learned> {
  const { signal, tensor } = context
  const bits = first.dim
  const pace = paceOf(accelerate, rows.rows * rows.dim * bits)
  const passes = Math.ceil(iterations / pace)
  const losses: number[] = []
  let rotation = first
  let next = first
  let solved: Dense | undefined
  for (let done = 0; done <= passes; done++) {
    throwIfAborted(signal)
    const { cross, magnitude } = await tensor.signProduct(rows, next, { signal })
    progress((done + 1) / (passes + 1))
    const loss = norm > 0 ? 1 - magnitude ** 2 / (rows.rows * bits * norm) : 0
    const last = losses.at(-1) ?? Infinity
    if (!(loss < last) && done > 0) {
      // Near the end float32 rounding may raise it.
      if (!solved || next === solved) break
      // Taken too far: the solution itself raises nothing.
      next = solved
      continue
    }
    rotation = next
    losses.push(loss)
    if (done === passes || magnitude === 0 || last - loss < tolerance * pace * loss) break
    const before = solved
    solved = await procrustes(cross, rotation, magnitude / rotation.rows, context)
    // The last step is not taken further: nothing comes after to make up for it.
    next = pace > 1 && done < passes - 1 ? await carryOn(solved, rotation, before, context) : solved
  }
  return { rotation, losses, pace }
}
