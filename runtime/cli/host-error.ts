/** What the host refused (a file that cannot be written, a port in use), as a sentence that says what to do. */

interface HostError extends Error {
  readonly code?: string;
  readonly path?: string;
  readonly port?: number;
}

export const isHostError = (error: unknown): error is HostError =>
  error instanceof Error && 'syscall' in error;

export function hostErrorSentence(error: HostError): string {
  const what = error.path ?? (error.port === undefined ? 'It' : `Port ${String(error.port)}`);
  switch (error.code) {
    case 'EISDIR':
      return `${what} is a folder; name a file.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${what} cannot be made: a part of its path is a file, not a folder.`;
    case 'ENOENT':
      return `${what} is not there.`;
    case 'EACCES':
    case 'EPERM':
      return error.port === undefined
        ? `${what} may not be written or read by you; choose another place or change its permissions.`
        : `${what} may not be opened by you; choose one above 1023.`;
    case 'EROFS':
      return `${what} lies on a disk that is read-only; choose another place.`;
    case 'ENOSPC':
      return `${what} cannot be written: the disk is full.`;
    case 'EADDRINUSE':
      return `${what} is in use by another program; choose another one.`;
    default:
      return `${error.message}.`;
  }
}
