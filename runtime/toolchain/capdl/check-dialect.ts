/**
 * What one of the two capDL-tools does not read: upstream's, or the one of the sparrow branch that CantripOS
 * is built with. Only where the project says which of them it uses.
 */
import type { Span } from '../text/source-text.js';
import { placed, typeOf, type LinkedCapability, type Reporter } from './linked.js';
import { objectParameter } from './object-parameters.js';
import type { ObjectNode, PlacedBlock } from './tree.js';

export type CapdlDialect = 'upstream' | 'sparrow';

/** Of one block, with the capabilities that it makes. */
export function checkDialect(
  at: PlacedBlock,
  capabilities: readonly LinkedCapability[],
  dialect: CapdlDialect,
  reporter: Reporter,
): void {
  const tool = dialect === 'sparrow' ? 'The capDL-tool of CantripOS' : 'Upstream capDL-tool';
  const add = (span: Span, what: string): void => {
    reporter.add({
      ...placed(at, span),
      severity: 'warning',
      code: 'other-dialect',
      message: `${tool} does not read ${what}.`,
    });
  };
  const checkObject = (node: ObjectNode): void => {
    const kind = node.type?.text ?? '';
    if (dialect === 'sparrow' && node.type !== undefined && upstreamKinds.has(kind)) {
      add(node.type, `objects of kind \`${kind}\``);
    }
    for (const { word, wordSpan } of node.parameters) {
      const only = objectParameter(word)?.only;
      if (only !== undefined && only !== dialect) add(wordSpan, `\`${word}\``);
    }
    for (const member of node.members ?? []) if (member.kind === 'object') checkObject(member);
  };
  const { node } = at.block;
  if (node.kind === 'object') checkObject(node);
  if (dialect === 'sparrow' && node.kind === 'sectionStart' && node.section === 'domains') {
    add(node, 'the section `domains`');
  }
  for (const { node: written, object, facts } of capabilities) {
    const { slot } = written;
    if (dialect === 'sparrow' && slot?.word === 'bound_notification') {
      add(slot, 'the slot `bound_notification`');
    }
    if (dialect === 'upstream' && facts.rights !== undefined && typeOf(object) === 'rtreply') {
      const rights = written.parameters.find(({ word }) => word === 'rights');
      if (rights !== undefined) add(rights, 'rights on a capability to a reply object');
    }
  }
}

const upstreamKinds: ReadonlySet<string> = new Set(['smc', 'arm_sgi_signal']);
