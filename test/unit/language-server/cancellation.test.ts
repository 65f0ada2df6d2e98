import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { stopIfCancelled } from '../../../language-server/cancellation.js';
import { Documents } from '../../../language-server/documents.js';
import { Quiet } from '../../../language-server/quiet.js';

describe('a request of many steps', () => {
  it('ends between two of them when the client cancels it', async () => {
    const source = new CancellationTokenSource();
    await stopIfCancelled(source.token);
    const step = stopIfCancelled(source.token);
    source.cancel();
    await assert.rejects(step, /cancelled/);
  });

  it('ends while it waits for a pause in the typing of a long file', async () => {
    const documents = new Documents(() => undefined);
    const uri = 'untitled:long.cdl';
    const text = ' '.repeat(600_000);
    documents.open({ uri, languageId: 'capdl', version: 1, text });
    const quiet = new Quiet(documents);
    quiet.noteChange(uri);
    const source = new CancellationTokenSource();
    const waiting = quiet.wait(uri, source.token);
    source.cancel();
    await assert.rejects(waiting, /cancelled/);
  });
});
