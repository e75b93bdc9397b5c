import { type ErrorCode, isSlimbedError, SlimbedError } from '@slimbed/runtime'

const known: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['not-found', 'there is no such file'],
  ENOTDIR: ['not-found', 'a part of its path is not a folder'],
  EISDIR: ['bad-input', 'expected a file; it is a folder'],
  EACCES: ['io', 'permission denied'],
  EPERM: ['io', 'permission denied'],
  EROFS: ['io', 'the file system is read-only'],
  ENOSPC: ['io', 'no space left on the disk'],
  EDQUOT: ['io', 'the disk quota is used up'],
  EFBIG: ['io', 'the file would be larger than the file system or a limit allows'],
  EMFILE: ['io', 'too many files are open'],
  ENAMETOOLONG: ['bad-input', 'the name is too long']
}

/** An error of the file system as one line about `path`; slimbed's own errors as they are. */
export function fileError(path: string, error: unknown): SlimbedError {
  if (isSlimbedError(error)) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const [kind, say] = known[code] ?? ['io', error instanceof Error ? error.message : String(error)]
  return new SlimbedError(kind, `${path}: ${say}`, { cause: error })
}
