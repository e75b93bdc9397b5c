import { engines } from './engines/engines.js'

/** The name of an engine. */
export type Backend = keyof typeof engines

/** Every engine, fastest first. */
export const backends = Object.keys(engines) as readonly Backend[]
