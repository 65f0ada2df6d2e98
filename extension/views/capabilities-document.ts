/**
 * The text twin of the tree: every CSpace and slot with all facts in one read-only document, to
 * search, to compare, and to read with a screen reader. It follows each stop like the tree does.
 */
import * as vscode from 'vscode';
import type { CSpace, Slot } from '../../debug-adapter/protocol.js';
import type { SessionWatcher } from '../debug/session-watcher.js';
import { factsOf, hex } from './capability-facts.js';
import type { CapabilitySource } from './capability-source.js';
import { activeCapabilitySource } from './capability-source.js';

const scheme = 'cantrip-capabilities';
const uri = vscode.Uri.from({ scheme, path: '/Capabilities.txt' });

export function registerCapabilitiesDocument(watcher: SessionWatcher): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    watcher.onDidStop(() => changed.fire(uri)),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: capabilitiesText,
    }),
    vscode.commands.registerCommand('cantrip.showCapabilitiesAsText', async () => {
      changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: false });
    }),
  );
}

async function capabilitiesText(): Promise<string> {
  const source = activeCapabilitySource();
  if (source === undefined) return 'No machine is being debugged. F5 starts one.\n';
  try {
    const parts = (await source.cspaces()).map((cspace) => cspaceText(source, cspace));
    return `Capabilities of ${source.session.name}\n\n${(await Promise.all(parts)).join('\n')}`;
  } catch (error) {
    return `The capabilities cannot be read now: ${String(error)}\n`;
  }
}

async function cspaceText(source: CapabilitySource, cspace: CSpace): Promise<string> {
  const head =
    `CSpace of ${cspace.label}: CNode ${hex(cspace.cnode, 8)}, ` +
    `${cspace.filled} of ${2 ** cspace.sizeBits} slots filled\n`;
  const slots = await source.slots(cspace.cnode);
  return head + (await slotsText(source, slots, [cspace.cnode]));
}

async function slotsText(
  source: CapabilitySource,
  slots: readonly Slot[],
  above: readonly number[],
): Promise<string> {
  let text = '';
  const indent = '  '.repeat(above.length);
  for (const slot of slots) {
    const { capability } = slot;
    text += `${indent}${slot.path}  ${capability.label}\n`;
    for (const { name, value } of factsOf(slot)) text += `${indent}    ${name}: ${value}\n`;
    const { parent, children, childCount, cnode } = capability;
    if (parent !== undefined)
      text += `${indent}    Derived from: ${parent.place}, ${parent.label}\n`;
    for (const child of children) text += `${indent}    Child: ${child.place}, ${child.label}\n`;
    const more = childCount - children.length;
    if (more > 0) text += `${indent}    and ${more} children more\n`;
    if (cnode !== undefined && !above.includes(cnode)) {
      text += await slotsText(source, await source.slots(cnode, slot.path), [...above, cnode]);
    }
  }
  return text;
}
