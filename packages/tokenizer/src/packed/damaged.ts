import { SlimbedError } from '@slimbed/runtime/error'

/** Throws `corrupt-file`. */
export function damaged(): never {
  throw new SlimbedError('corrupt-file', 'the packed tokenizer is damaged')
}
