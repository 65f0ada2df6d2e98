/** `cantrip lsp`: the language server for editors of every kind, on stdio. */
import type { Command } from './command.js';
import { runSibling } from './sibling.js';

export const lsp: Command = {
  name: 'lsp',
  summary: 'Serve the Language Server Protocol on stdio.',
  operands: '',
  operandCount: { least: 0, most: 0 },
  options: [{ name: '--stdio', help: 'What editors say by habit; stdio is the only way.' }],
  run: () => runSibling('language-server.cjs', ['--stdio']),
};
