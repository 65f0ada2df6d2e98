/**
 * What one of the two capDL-tools does not read: upstream's, or the one of the sparrow branch that CantripOS
 * is built with. Only where the project says which of them it uses.
 */
import { placed, typeOf, type Linked, type Reporter } from './linked.js';
import { objectParameter } from './object-parameters.js';
import type { CapdlTree, ObjectNode } from './tree.js';

export type CapdlDialect = 'upstream' | 'sparrow';

export function checkDialect(
  tree: CapdlTree,
  { capabilities }: Linked,
  dialect: CapdlDialect,
  reporter: Reporter,
): void {
  const tool = dialect === 'sparrow' ? 'The capDL-tool of CantripOS' : 'Upstream capDL-tool';
  const add = (at: number, span: { start: number; end: number }, what: string): void => {
    reporter.add({
      ...placed(at, span),
      severity: 'warning',
      code: 'other-dialect',
      message: `${tool} does not read ${what}.`,
    });
  };
  const checkObject = (at: number, node: ObjectNode): void => {
    const kind = node.type?.text ?? '';
    if (dialect === 'sparrow' && node.type !== undefined && upstreamKinds.has(kind)) {
      add(at, node.type, `objects of kind \`${kind}\``);
    }
    for (const { word, wordSpan } of node.parameters) {
      const only = objectParameter(word)?.only;
      if (only !== undefined && only !== dialect) add(at, wordSpan, `\`${word}\``);
    }
    for (const member of node.members ?? []) if (member.kind === 'object') checkObject(at, member);
  };
  for (const { start, block } of tree.blocks) {
    const { node } = block;
    if (node.kind === 'object') checkObject(start, node);
    if (dialect === 'sparrow' && node.kind === 'sectionStart' && node.section === 'domains') {
      add(start, node, 'the section `domains`');
    }
  }
  for (const { at, node, object, facts } of capabilities) {
    const { slot } = node;
    if (dialect === 'sparrow' && slot?.word === 'bound_notification') {
      add(at, slot, 'the slot `bound_notification`');
    }
    if (dialect === 'upstream' && facts.rights !== undefined && typeOf(object) === 'rtreply') {
      const rights = node.parameters.find(({ word }) => word === 'rights');
      if (rights !== undefined) add(at, rights, 'rights on a capability to a reply object');
    }
  }
}

const upstreamKinds: ReadonlySet<string> = new Set(['smc', 'arm_sgi_signal']);
