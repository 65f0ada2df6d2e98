/**
 * The *Capabilities* tree of the debug side bar: every CSpace, slot by slot, with nested CNodes. A
 * level is asked for when it is opened. Items have stable ids, so what is open stays open over a step.
 */
import * as vscode from 'vscode';
import type { CSpace, Slot } from '../../debug-adapter/protocol.js';
import type { SessionWatcher } from '../debug/session-watcher.js';
import { registerCapabilitiesDocument } from './capabilities-document.js';
import type { CapabilitySource } from './capability-source.js';
import { activeCapabilitySource } from './capability-source.js';
import { cspaceTooltip, slotTooltip } from './capability-tooltip.js';

type Node =
  | { readonly kind: 'cspace'; readonly source: CapabilitySource; readonly cspace: CSpace }
  | {
      readonly kind: 'slot';
      readonly source: CapabilitySource;
      readonly slot: Slot;
      /** The CNodes on the way here: a CNode that holds its own capability is not opened again. */
      readonly above: readonly number[];
      readonly id: string;
    };

export function registerCapabilities(watcher: SessionWatcher): vscode.Disposable {
  const tree = new CapabilityTree();
  const view = vscode.window.createTreeView('cantrip.capabilities', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const running = new Set<string>();
  const sessions = new Set<string>();
  // The two properties take undefined to mean none, but their types, with exact optionals, do not say so.
  const heading = view as { message?: string | undefined; description?: string | undefined };
  const update = (): void => {
    const session = vscode.debug.activeDebugSession;
    const isRunning = session !== undefined && running.has(session.id);
    heading.message = isRunning
      ? 'Running. These are the capabilities of the last stop.'
      : undefined;
    // Of several sessions the view shows the one in front, so it says which that is.
    heading.description = sessions.size > 1 ? session?.name : undefined;
  };
  const refresh = (): void => {
    update();
    tree.refresh();
  };
  return vscode.Disposable.from(
    tree,
    view,
    watcher.onDidStart(({ id }) => {
      sessions.add(id);
      update();
    }),
    watcher.onDidStop(({ id }) => {
      running.delete(id);
      refresh();
    }),
    watcher.onDidResume(({ id }) => {
      running.add(id);
      update();
    }),
    watcher.onDidEnd(({ id }) => {
      running.delete(id);
      sessions.delete(id);
      refresh();
    }),
    vscode.debug.onDidChangeActiveDebugSession(refresh),
    vscode.commands.registerCommand('cantrip.refreshCapabilities', () => tree.refresh()),
    registerCapabilitiesDocument(watcher),
  );
}

class CapabilityTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    try {
      return await (node === undefined ? rootNodes() : childNodes(node));
    } catch {
      // The session ended or refuses while it boots; the next stop asks again.
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'cspace' ? cspaceItem(node.cspace) : slotItem(node);
  }
}

async function rootNodes(): Promise<Node[]> {
  const source = activeCapabilitySource();
  if (source === undefined) return [];
  const cspaces = await source.cspaces();
  return cspaces.map((cspace) => ({ kind: 'cspace', source, cspace }));
}

async function childNodes(node: Node): Promise<Node[]> {
  const { source } = node;
  if (node.kind === 'cspace') {
    const { cnode } = node.cspace;
    return (await source.slots(cnode)).map((slot) => ({
      kind: 'slot',
      source,
      slot,
      above: [cnode],
      id: `${cnode}/${slot.path}`,
    }));
  }
  const { cnode } = node.slot.capability;
  if (cnode === undefined) return [];
  return (await source.slots(cnode, node.slot.path)).map((slot) => ({
    kind: 'slot',
    source,
    slot,
    above: [...node.above, cnode],
    id: `${node.id}/${slot.index}`,
  }));
}

function cspaceItem(cspace: CSpace): vscode.TreeItem {
  const item = new vscode.TreeItem(cspace.label, vscode.TreeItemCollapsibleState.Collapsed);
  const filled = `${cspace.filled} of ${2 ** cspace.sizeBits} slots`;
  item.id = String(cspace.cnode);
  item.description = filled;
  item.iconPath = new vscode.ThemeIcon('key');
  item.tooltip = cspaceTooltip(cspace);
  item.accessibilityInformation = { label: `CSpace of ${cspace.label}, ${filled} filled` };
  return item;
}

function slotItem({ slot, above, id }: Extract<Node, { kind: 'slot' }>): vscode.TreeItem {
  const { capability } = slot;
  const { cnode } = capability;
  const again = cnode !== undefined && above.includes(cnode);
  const item = new vscode.TreeItem(
    slot.path,
    cnode === undefined || again
      ? vscode.TreeItemCollapsibleState.None
      : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = id;
  item.description = again ? `${capability.label} (shown above)` : capability.label;
  item.iconPath = new vscode.ThemeIcon(icons[capability.type] ?? 'key');
  item.tooltip = slotTooltip(slot);
  item.accessibilityInformation = { label: `Slot ${slot.path}: ${capability.label}` };
  return item;
}

/** Product icons by object type; a type that is not listed has the key of a plain capability. */
const icons: Readonly<Record<string, string>> = {
  Untyped: 'package',
  CNode: 'folder',
  TCB: 'play-circle',
  Endpoint: 'arrow-swap',
  Notification: 'bell',
  Reply: 'reply',
  SchedContext: 'watch',
  SchedControl: 'dashboard',
  Frame: 'file-binary',
  PageTable: 'list-tree',
  ASIDControl: 'symbol-namespace',
  ASIDPool: 'symbol-namespace',
  IRQControl: 'zap',
  IRQHandler: 'zap',
  Domain: 'layers',
};
