/**
 * The hover of a slot: what the capability is, and where it stands in the derivation tree.
 */
import * as vscode from 'vscode';
import type { CSpace, Slot, SlotReference } from '../../debug-adapter/protocol.js';
import { factsOf, hex } from './capability-facts.js';

export function slotTooltip(slot: Slot): vscode.MarkdownString {
  const { capability } = slot;
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escaped(capability.type)}** in slot ${code(slot.path)}\n\n`);
  text.appendMarkdown(`| | |\n|:--|:--|\n`);
  for (const { name, value } of factsOf(slot)) {
    text.appendMarkdown(`| ${escaped(name)} | ${code(value)} |\n`);
  }
  text.appendMarkdown('\n\n');
  if (capability.parent === undefined) {
    text.appendMarkdown(
      '**Derived from** nothing: it was made at boot or from no other capability.',
    );
  } else {
    text.appendMarkdown(`**Derived from** ${reference(capability.parent)}`);
  }
  text.appendMarkdown('\n\n');
  if (capability.childCount === 0) {
    text.appendMarkdown('**Nothing** is derived from it.');
    return text;
  }
  text.appendMarkdown(`**Derived from it**\n\n`);
  for (const child of capability.children) text.appendMarkdown(`- ${reference(child)}\n`);
  const more = capability.childCount - capability.children.length;
  if (more > 0) text.appendMarkdown(`- and ${more} more\n`);
  return text;
}

export function cspaceTooltip(cspace: CSpace): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**CSpace** of ${code(cspace.label)}\n\n| | |\n|:--|:--|\n`);
  const row = (name: string, value: string): void => {
    text.appendMarkdown(`| ${name} | ${code(value)} |\n`);
  };
  row('Root CNode', hex(cspace.cnode, 8));
  row('Slots', `${cspace.filled} of ${2 ** cspace.sizeBits} filled`);
  row('Guard', `${hex(cspace.guard.value)}, ${cspace.guard.sizeBits} bits`);
  row('Threads', cspace.threads.map(({ name }) => name).join(', ') || 'none');
  return text;
}

function reference({ place, label }: SlotReference): string {
  return `${code(place)} · ${escaped(label)}`;
}

/** Names come from the guest and may hold any character; a code span must not be closed by one. */
function code(text: string): string {
  return `\`${text
    .replaceAll('`', "'")
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]/g, ' ')}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, '\\$&').replaceAll(/[\r\n]/g, ' ');
}
