import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { expect, test } from 'vitest'

test('an error is recognised by its brand and code', () => {
  const error = new SlimbedError('corrupt-file', 'no')
  expect(isSlimbedError(error)).toBe(true)
  expect(isSlimbedError(error, 'corrupt-file')).toBe(true)
  expect(isSlimbedError(error, 'aborted')).toBe(false)
  expect(isSlimbedError(new Error('no'))).toBe(false)
})
