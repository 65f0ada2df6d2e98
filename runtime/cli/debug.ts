/** `cantrip debug`: the debug adapter for editors of every kind, on stdio or a TCP port. */
import { numberOption } from './arguments.js';
import type { Command } from './command.js';
import { UsageError } from './command.js';
import { runSibling } from './sibling.js';

export const debug: Command = {
  name: 'debug',
  summary: 'Serve the Debug Adapter Protocol on stdio, or on a TCP port of this computer.',
  operands: '',
  operandCount: { least: 0, most: 0 },
  options: [{ name: '--port', value: 'N', help: 'Listen on this port instead of stdio.' }],
  run: (parsed) => {
    const port = numberOption(parsed, '--port');
    if (port !== undefined && port > 65535)
      throw new UsageError('The value of --port is at most 65535.');
    return runSibling('debug-adapter.cjs', port === undefined ? [] : ['--port', `${port}`]);
  },
};
