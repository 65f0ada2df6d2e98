import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import ts from 'typescript';
import { guestCompiler } from '../../../../runtime/toolchain/guest/assemblyscript/main.js';

const workspace = mkdtempSync(path.join(os.tmpdir(), 'cantrip-guest-'));
after(() => rmSync(workspace, { recursive: true, force: true }));

const source = `import { Endpoint, MessageInfo, log } from 'sel4';
import { Writer } from 'sel4/postcard';
class Tick { constructor(public at: u64) {} }
const ticks: Tick[] = [];
export function run(): void {
  const clients = new Endpoint(4);
  const message = Writer.ofMessage();
  message.u32(3);
  message.text('x');
  clients.send(MessageInfo.make(1, message.words));
  ticks.push(new Tick(5));
  log('ticks: ' + ticks.length.toString());
}
`;

/** What TypeScript says of a component's source in a workspace with our files. */
function typeErrors(text: string): string[] {
  for (const [name, content] of guestCompiler.editorFiles()) write(name, content);
  write('components/Timer.ts', text);
  const file = path.join(workspace, 'tsconfig.json');
  const read = ts.readConfigFile(file, (name) => ts.sys.readFile(name));
  const { options, fileNames } = ts.parseJsonConfigFileContent(read.config, ts.sys, workspace);
  return ts
    .getPreEmitDiagnostics(ts.createProgram(fileNames, options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function write(name: string, content: string): void {
  const file = path.join(workspace, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('a workspace of guest programs', () => {
  it('has no errors for an editor that knows TypeScript, though the types are those of a guest', () => {
    assert.deepEqual(typeErrors(source), []);
  });

  it('has its errors for such an editor: a wrong type of the support library', () => {
    assert.deepEqual(typeErrors(source.replace('new Endpoint(4)', "new Endpoint('x')")), [
      "Argument of type 'string' is not assignable to parameter of type 'number'.",
    ]);
  });
});
