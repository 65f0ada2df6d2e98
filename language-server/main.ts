/**
 * The language server's process: `--stdio` for any editor, Node IPC when VS Code starts it. It only
 * opens the connection and has the threads of the guest compiler; server.ts answers.
 */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { checkersBeside } from '../runtime/cli/compiler-beside.js';
import { serve } from './server.js';

// Without a transport in the arguments the library throws; a person who tries the file wants a sentence.
const transports = ['--stdio', '--node-ipc'];
const named = process.argv.some(
  (argument) => transports.includes(argument) || /^--(socket|pipe)\b/.test(argument),
);
if (named) {
  serve(createConnection(ProposedFeatures.all), checkersBeside(__dirname)).listen();
} else {
  process.stderr.write(
    'Start the language server with --stdio: it speaks LSP on stdin and stdout.\n',
  );
  process.exitCode = 2;
}
