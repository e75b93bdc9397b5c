import type { Command } from 'commander'
import { add, integer, type JsonFlag } from './shared.js'

/** The flag of everything that asks a cluster. */
export interface RedisFlag {
  readonly redis: string
}

/** The flags of `slimbed cluster worker`. */
export interface WorkerFlags extends RedisFlag {
  readonly threads?: number
  readonly silence: number
  readonly plugin: readonly string[]
}

/** The flags of `slimbed cluster status`. */
export interface StatusFlags extends RedisFlag, JsonFlag {}

const usual = 'redis://127.0.0.1:6379'

const withRedis = (command: Command): Command =>
  command.option('--redis <url>', 'the Redis server: redis://host:port, or rediss:// for TLS', usual)

/** Declares `slimbed cluster` and its commands. */
export function declareCluster(program: Command) {
  const cluster = program
    .command('cluster')
    .summary('workers that compress together, and what they do')
    .description(
      'Compresses tables on several machines: a worker on each, and "slimbed compress --cluster" to begin a run. The file is the one that a single machine writes.'
    )
  const worker = add(withRedis(cluster.command('worker')), 'plugin', 'quiet')
    .summary('do work of runs, until it is interrupted')
    .description(
      'Does work of runs, one piece at a time, until it is interrupted; the piece that is being done is finished then. Inputs and stores must be found under the same paths as where the run was begun.'
    )
    .option('--threads <n>', 'number of threads (default: as many as the machine has)', integer(1, 1024))
    .option(
      '--silence <seconds>',
      'after so long without a sign, work is given to another worker',
      integer(1, 3600),
      30
    )
  const status = add(withRedis(cluster.command('status')), 'json')
    .summary('the runs and the workers')
    .description('Shows the runs, how far they are, and the workers.')
  const clear = withRedis(cluster.command('clear [run]'))
    .summary('remove runs that nobody goes on with')
    .description(
      'Removes what runs left in Redis and in their stores whose coordinator was killed; with a name, that of this run. The command that began a run takes it up again instead.'
    )
  return { worker, status, clear, cluster }
}
