/** @import { JobKind } from './job.js' */
import { compareProductJob } from './compare-product.js'
import { gramJob } from './gram.js'
import { gramEightBitsJob } from './gram-eight-bits.js'
import { importedJob } from './imported.js'
import { multiplyJob } from './multiply.js'
import { nearestJob } from './nearest.js'
import { quantizeJob } from './quantize.js'
import { quantizeEightBitsJob } from './quantize-eight-bits.js'
import { quantizeProjectedJob } from './quantize-projected.js'
import { residualJob } from './residual.js'
import { signProductJob } from './sign-product.js'

// Plain JavaScript, here and beside: the same files run in worker threads from the sources and from the build.

/**
 * Every kind of job, for a thread that is given its name.
 * @type {ReadonlyMap<string, JobKind<any, any>>}
 */
export const kindsByName = new Map(
  [
    compareProductJob,
    gramJob,
    gramEightBitsJob,
    importedJob,
    multiplyJob,
    nearestJob,
    quantizeJob,
    quantizeEightBitsJob,
    quantizeProjectedJob,
    residualJob,
    signProductJob
  ].map((kind) => [kind.name, kind])
)
