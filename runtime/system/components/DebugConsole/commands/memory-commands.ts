// mstats and mdebug. A group of commands gives the text that a line prints, or null when the command is none of its own;
// `wrongArguments` is what all of them say of a line that lacks something.
import { MemoryError, MemoryRequestKind } from '../../../interfaces/memory';
import { ask, memoryStats } from '../../../interfaces/memory-client';
import { memoryErrorName } from '../../../interfaces/error-names';

export function wrongArguments(command: string): string {
  return 'invalid arguments: ' + command + '\n';
}

export function memoryCommand(words: string[]): string | null {
  if (words[0] == 'mstats') return statsText();
  if (words[0] == 'mdebug') {
    // MemoryManager logs it, a line a slab.
    let error = ask(MemoryRequestKind.Debug);
    return error == MemoryError.Success ? '' : 'stats failed: ' + memoryErrorName(error) + '\n';
  }
  return null;
}

function statsText(): string {
  let stats = memoryStats();
  if (!stats) return 'stats failed: ' + memoryErrorName(MemoryError.UnknownError) + '\n';
  return (
    stats.allocatedBytes.toString() +
    ' bytes in-use, ' +
    stats.freeBytes.toString() +
    ' bytes free, ' +
    stats.totalRequestedBytes.toString() +
    ' bytes requested, ' +
    stats.overheadBytes.toString() +
    ' overhead\n' +
    stats.allocatedObjs.toString() +
    ' objs in-use, ' +
    stats.totalRequestedObjs.toString() +
    ' objs requested\n'
  );
}
