import { existsSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Running, type Scene, silence } from './scene.js'

/** Something that goes wrong at an instant. */
export interface Fault {
  /** Makes it go wrong; resolves to the run whose end counts. */
  happen(scene: Scene): Promise<Running>
  /** Makes it good again, for the next instant. */
  mend?(folder: string): void
  /** The folder of the store, if it is not the usual one. */
  readonly store?: string
  /** The line that the run may end with; without it, it must end well. */
  readonly line?: RegExp
}

/** All faults by name. */
export const faults: Readonly<Record<string, Fault>> = {
  'worker killed': {
    async happen({ workers, coordinator, one }) {
      const { child, ended } = one(workers)
      child.kill('SIGKILL')
      await ended
      return coordinator
    }
  },
  'redis killed': {
    async happen({ redis, coordinator }) {
      await redis.crash()
      return coordinator
    }
  },
  // When it is back, another worker has done its shard; it does it as well.
  'worker silent, and back': {
    async happen({ workers, coordinator, one }) {
      const { child } = one(workers)
      child.kill('SIGSTOP')
      await Promise.race([sleep(2000 * silence + 1500), coordinator.ended])
      child.kill('SIGCONT')
      return coordinator
    }
  },
  'coordinator killed': {
    async happen({ coordinator, again }) {
      coordinator.child.kill('SIGKILL')
      await coordinator.ended
      return again()
    }
  },
  'coordinator interrupted': {
    async happen({ coordinator }) {
      coordinator.child.kill('SIGINT')
      return coordinator
    },
    line: /^slimbed: interrupted$/
  },
  'input changed': {
    async happen({ folder, coordinator }) {
      const now = new Date()
      utimesSync(join(folder, 'in/part-1.npy'), now, now)
      return coordinator
    },
    line: /^slimbed: \S+part-1\.npy has changed since the run began: run it again$/
  },
  'input gone': {
    async happen({ folder, coordinator }) {
      renameSync(join(folder, 'in/part-2.npy'), join(folder, 'gone'))
      return coordinator
    },
    mend: (folder) =>
      existsSync(join(folder, 'gone')) && renameSync(join(folder, 'gone'), join(folder, 'in/part-2.npy')),
    line: /^slimbed: \S+part-2\.npy: there is no such file/
  },
  'store full': {
    async happen({ folder, coordinator }) {
      try {
        // More than there is room for.
        writeFileSync(join(folder, 'small/ballast'), Buffer.alloc(1 << 25))
      } catch {}
      return coordinator
    },
    store: 'small',
    line: /^slimbed: store \S+small: \S+ cannot be written: no space left on the disk$/
  }
}
