/** A connection to Redis, as far as it is used here: that of `ioredis`, whose types nobody who uses this package needs. */
export type Client = {
  /** `ready` where commands are answered. */
  readonly status: string
  ping(): Promise<string>
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<string | null>
  set(key: string, value: string, unit: 'PX', milliseconds: number): Promise<string | null>
  set(key: string, value: string, unit: 'PX', milliseconds: number, only: 'NX'): Promise<string | null>
  del(...keys: string[]): Promise<number>
  exists(key: string): Promise<number>
  sadd(key: string, member: string): Promise<number>
  srem(key: string, member: string): Promise<number>
  smembers(key: string): Promise<string[]>
  sismember(key: string, member: string): Promise<number>
  hset(key: string, field: string, value: string): Promise<number>
  hgetall(key: string): Promise<Record<string, string>>
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', many: number): Promise<[string, string[]]>
  publish(channel: string, message: string): Promise<number>
  subscribe(channel: string): Promise<unknown>
  on(event: string, listener: (error: Error) => void): unknown
  off(event: string, listener: (error: Error) => void): unknown
  duplicate(): Client
  disconnect(): void
}
