/**
 * Functions within functions that use a local of the one around them. The compiler library takes such a local for one
 * that has no value yet, and says so in words that mislead.
 */
import { NodeKind } from 'assemblyscript';
import type { Declaration, FunctionDeclaration, Identifier, Node, Source } from 'assemblyscript';
import type { Report } from './report.js';
import { walk, type Ancestors } from './walk.js';

export function closuresIn(source: Source, report: Report): void {
  const locals = localsOfFunctions(source);
  walk(source.statements, ({ node, ancestors }) => {
    if (node.kind !== NodeKind.Identifier || isGivenName(node, ancestors?.node)) return;
    const { text, range } = node as Identifier;
    let isOutside = false;
    for (let at = ancestors; at !== undefined; at = at.above) {
      const names = locals.get(at.node);
      if (names === undefined) continue;
      if (names.has(text)) {
        if (isOutside)
          report(
            range,
            'closure',
            `${text} is a local of the function around this one, and guest programs have no closures. Give it as an argument, or make it a member of a class or a global.`,
          );
        return;
      }
      isOutside = true;
    }
  });
}

/** The names that each function declares for itself: its parameters and variables. */
function localsOfFunctions(source: Source): ReadonlyMap<Node, Set<string>> {
  const locals = new Map<Node, Set<string>>();
  walk(source.statements, ({ node, ancestors }) => {
    if (isFunction(node)) {
      const { signature } = node as FunctionDeclaration;
      locals.set(node, new Set(signature.parameters.map(({ name }) => name.text)));
    }
    if (node.kind !== NodeKind.VariableDeclaration) return;
    const owner = enclosingFunction(ancestors);
    if (owner !== undefined) locals.get(owner)?.add((node as Declaration).name.text);
  });
  return locals;
}

const isFunction = ({ kind }: Node): boolean =>
  kind === NodeKind.FunctionDeclaration || kind === NodeKind.MethodDeclaration;

function enclosingFunction(ancestors: Ancestors | undefined): Node | undefined {
  for (let at = ancestors; at !== undefined; at = at.above) if (isFunction(at.node)) return at.node;
  return undefined;
}

/** A name that is declared here, of a member, or of a type. */
function isGivenName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.kind === NodeKind.TypeName) return true;
  if (parent.kind === NodeKind.PropertyAccess)
    return (parent as Node & { readonly property: Node }).property === node;
  return (parent as { readonly name?: unknown }).name === node;
}
