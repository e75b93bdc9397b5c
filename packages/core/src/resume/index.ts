// Runs that others can go on with.
export type { Journal, JournaledFile } from './journal.js'
export { createResumable, type Resumable } from './resumable.js'
