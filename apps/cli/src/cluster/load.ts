import { SlimbedError } from '@slimbed/core'

/** The package of clusters, which is installed by those who have one. Rejects with `missing-package`. */
export async function loadCluster(): Promise<typeof import('@slimbed/cluster')> {
  try {
    return await import('@slimbed/cluster')
  } catch (error) {
    const absent = /^Cannot find (package|module)/.test((error as Error).message)
    const problem = absent
      ? 'which is not installed: npm install @slimbed/cluster'
      : `which does not load: ${(error as Error).message.split('\n')[0]}`
    throw new SlimbedError('missing-package', `clusters need @slimbed/cluster, ${problem}`, { cause: error })
  }
}
