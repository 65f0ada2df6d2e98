/** A debug session as the API shows it: what the workbench's views are made from. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CSpace, Slot } from '../../../debug-adapter/protocol.js';

describe('a debug session without a launch.json', () => {
  let source: vscode.Uri;
  let line: number;

  before(async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'no folder is open');
    source = vscode.Uri.joinPath(folder.uri, 'hello.S');
    const document = await vscode.workspace.openTextDocument(source);
    await vscode.window.showTextDocument(document);
    line = document.getText().split('\n').indexOf('serve:') + 1;
    const place = new vscode.Location(source, new vscode.Position(line, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place)]);
    const stopped = nextStop();
    const configuration = { type: 'cantrip', request: 'launch', name: 'Boot hello' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
    await stopped;
  });

  after(async () => {
    await vscode.debug.stopDebugging();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  });

  it('boots the one system of the workspace and stops at the breakpoint', async () => {
    const session = active();
    assert.equal(session.configuration['program'], vscode.Uri.joinPath(source, '..').fsPath);
    const item = vscode.debug.activeStackItem;
    assert.ok(item instanceof vscode.DebugStackFrame);
    const { stackFrames } = (await session.customRequest('stackTrace', {
      threadId: item.threadId,
    })) as { stackFrames: { line: number; name: string }[] };
    assert.equal(stackFrames[0]?.line, line + 1);
    assert.equal(stackFrames[0].name, 'serve');
  });

  it('has one thread for each TCB', async () => {
    const { threads } = (await active().customRequest('threads')) as {
      threads: { name: string }[];
    };
    assert.ok(threads.length >= 2, JSON.stringify(threads));
  });

  it('answers with the capabilities of each CSpace, slot by slot', async () => {
    const session = active();
    const { cspaces } = (await session.customRequest('cantrip/capabilities')) as {
      cspaces: CSpace[];
    };
    assert.equal(cspaces.length, 2);
    const pinger = cspaces.find(({ filled }) => filled === 2);
    assert.ok(pinger, 'no CSpace has exactly the two capabilities of the pinger');
    const { slots } = (await session.customRequest('cantrip/slots', { cnode: pinger.cnode })) as {
      slots: Slot[];
    };
    assert.deepEqual(
      slots.map(({ capability }) => [capability.type, capability.badge ?? 0]),
      [
        ['Endpoint', 7],
        ['TCB', 0],
      ],
    );
  });

  it('opens a terminal for the UART and leaves the editor in front', () => {
    const names = vscode.window.terminals.map(({ name }) => name);
    assert.ok(
      names.some((name) => name.endsWith(': UART')),
      names.join(', '),
    );
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, source.path);
  });

  it('shows the capabilities as a text document', async () => {
    await vscode.commands.executeCommand('cantrip.showCapabilitiesAsText');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^CSpace of /m);
    assert.match(text, /Physical address: 0x[0-9a-f]{8}/);
  });

  it('runs twice at once, each with a console of its own', async () => {
    const first = active();
    const consoles = (): number =>
      vscode.window.terminals.filter(({ name }) => name.endsWith(': UART')).length;
    const before = consoles();
    const second = nextSession();
    await vscode.debug.startDebugging(first.workspaceFolder, {
      ...{ type: 'cantrip', request: 'launch', name: first.configuration.name },
      suppressMultipleSessionWarning: true,
    });
    const ended = endOf(await second);
    assert.equal(consoles(), before + 1);
    await vscode.debug.stopDebugging(await second);
    await ended;
    const { threads } = (await first.customRequest('threads')) as { threads: unknown[] };
    assert.ok(threads.length >= 2, 'the first session goes on');
  });
});

function active(): vscode.DebugSession {
  const session = vscode.debug.activeDebugSession;
  assert.equal(session?.type, 'cantrip');
  return session;
}

function nextSession(): Promise<vscode.DebugSession> {
  return new Promise((resolve) => {
    const subscription = vscode.debug.onDidStartDebugSession((session) => {
      subscription.dispose();
      resolve(session);
    });
  });
}

function endOf({ id }: vscode.DebugSession): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.id !== id) return;
      subscription.dispose();
      resolve();
    });
  });
}

function nextStop(): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.debug.onDidChangeActiveStackItem((item) => {
      if (!(item instanceof vscode.DebugStackFrame)) return;
      subscription.dispose();
      resolve();
    });
  });
}
