/**
 * Checks each connection as it is written, whether its composition is used or not: that it has ends on
 * both sides, and that each end fits the connector and the others. Stage 10 of the reference tools.
 */
import type { Fix, FixEdit } from '../text/diagnostic.js';
import {
  canBe,
  fits,
  fittingConnectors,
  kindOfInterface,
  type EndCandidate,
} from './connector-fit.js';
import {
  attributeDeclaration,
  connectorType,
  interfaceDeclaration,
  isHardware,
  type Lift,
} from './lift.js';
import { typeFix } from './member-fixes.js';
import { editOf, fixOf, relatedAt, relatedTo, reportIn } from './report.js';
import type { CamkesFile } from './read-file.js';
import type { Compositions } from './resolve-composition.js';
import type { Names } from './resolve.js';
import { membersOfKind, type CamkesSymbol } from './symbol.js';
import type { ConnectorType, Dialect } from './system.js';
import type { ConnectionEnd } from './tree.js';

interface Check {
  readonly names: Names;
  readonly compositions: Compositions;
  readonly lift: Lift;
  readonly dialect: Dialect;
}

interface Connection {
  readonly symbol: CamkesSymbol<'connection'>;
  readonly connector: ConnectorType | undefined;
  readonly ends: readonly CheckedEnd[];
}

interface CheckedEnd extends EndCandidate {
  readonly node: ConnectionEnd;
}

export function checkConnections(check: Check): void {
  for (const symbol of check.names.ownSymbols)
    if (symbol.kind === 'connection') checkConnection(check, symbol);
}

function checkConnection(check: Check, symbol: CamkesSymbol<'connection'>): void {
  const ends = symbol.node.ends.flatMap((node): CheckedEnd[] => {
    const resolved = check.compositions.ends.get(node);
    if (resolved === undefined) return [];
    const outer = {
      interface: resolved.interface,
      component: resolved.instance?.type ?? componentAround(symbol),
    };
    return [{ node, ...behindExports(check.compositions, outer) }];
  });
  const connector =
    symbol.type?.kind === 'connector' ? connectorType(check.lift, symbol.type) : undefined;
  const connection = { symbol, connector, ends };
  checkSides(check, connection);
  if (connector !== undefined) checkCounts(check, connection, connector);
  if (!checkSwapped(check, connection)) for (const end of ends) checkEnd(check, connection, end);
  checkTypes(check, connection);
}

function componentAround({ container }: CamkesSymbol): CamkesSymbol | undefined {
  return container?.container?.kind === 'component' ? container.container : undefined;
}

/** Exports nest no deeper than the hierarchy is allowed to be. */
const deepestExport = 64;

/** What an interface really is when its component only exports it. */
export function behindExports(
  { exports }: Compositions,
  { interface: declared, component }: EndCandidate,
): EndCandidate {
  let at: EndCandidate = { interface: declared, component };
  for (let depth = 0; depth < deepestExport && at.component !== undefined; depth += 1) {
    const exported = exports.get(at.component)?.find((each) => each.destination === at.interface);
    if (exported === undefined) break;
    at = { interface: exported.source, component: exported.instance.type };
  }
  return at;
}

function checkSides({ names }: Check, { symbol }: Connection): void {
  const { node, file } = symbol;
  for (const side of ['from', 'to'] as const) {
    if (node.name.text === '' || node.ends.some(({ kind }) => kind === side)) continue;
    reportIn(names.report, file, node.name.span, {
      code: 'missing-end',
      message: `Connection \`${node.name.text}\` has no \`${side}\` end; write \`${side} instance.interface\`.`,
    });
  }
}

function checkCounts({ names }: Check, { symbol }: Connection, connector: ConnectorType): void {
  const { node, file } = symbol;
  for (const side of ['from', 'to'] as const) {
    const [first, ...surplus] = node.ends.filter(({ kind }) => kind === side);
    if (connector[side].isMany || first === undefined) continue;
    for (const end of surplus)
      reportIn(names.report, file, end.span, {
        code: 'surplus-end',
        message: `Connector \`${connector.name}\` permits one \`${side}\` end, and \`${node.name.text}\` has another one before \`${end.reference.text}\`.`,
        related: [
          relatedAt(file.source.placeOf(first.span), `The other \`${side}\` end is here.`),
          relatedAt(connector.place, `Connector \`${connector.name}\` is declared here.`),
        ],
      });
  }
}

const opposite = { from: 'to', to: 'from' } as const;

/** All ends the wrong way round is one slip, not one for each end. */
function checkSwapped({ names }: Check, { symbol, connector, ends }: Connection): boolean {
  const { node, file } = symbol;
  if (ends.length < 2 || ends.length < node.ends.length) return false;
  const isWrong = ends.some(
    ({ node: { kind }, interface: { node: declared } }) => !canBe(declared.kind, kind),
  );
  const isRightSwapped = ends.every((end) => {
    const side = opposite[end.node.kind];
    return connector === undefined
      ? canBe(end.interface.node.kind, side)
      : fits(connector, side, end);
  });
  const first = ends.find(
    ({ node: { kind }, interface: { node: declared } }) => !canBe(declared.kind, kind),
  );
  if (!isWrong || !isRightSwapped || first === undefined) return false;
  const swap = fixOf('Swap `from` and `to`', swapEdits(file, node.ends), { isPreferred: true });
  reportIn(names.report, file, first.node.span, {
    code: 'swapped-ends',
    message: `\`from\` and \`to\` are the wrong way round in \`${node.name.text}\`: ${saysKind(first)}, so it is a \`${opposite[first.node.kind]}\` end.`,
    related: [relatedTo(first.interface, `\`${first.interface.name}\` is declared here.`)],
    fixes: [swap],
  });
  return true;
}

/** People write `from` first, so of two ends in that order the interfaces change places. */
function swapEdits(file: CamkesFile, ends: readonly ConnectionEnd[]): (FixEdit | undefined)[] {
  const [first, second] = ends;
  if (ends.length === 2 && first?.kind === 'from' && second !== undefined)
    return [
      editOf(file, first.reference.span, second.reference.text),
      editOf(file, second.reference.span, first.reference.text),
    ];
  return ends.map(({ kind, span }) =>
    editOf(file, { start: span.start, end: span.start + kind.length }, opposite[kind]),
  );
}

const verbs = {
  uses: 'used',
  provides: 'provided',
  emits: 'emitted',
  consumes: 'consumed',
} as const;

/** "`p` of `Foo` is provided". */
function saysKind({ interface: { name, node, container } }: EndCandidate): string {
  const of = container === undefined || container.name === '' ? '' : ` of \`${container.name}\``;
  return `\`${name}\`${of} is ${node.kind === 'dataport' ? 'a dataport' : verbs[node.kind]}`;
}

const expectedOf = {
  from: 'an interface that is used or emitted, or a dataport',
  to: 'an interface that is provided or consumed, or a dataport',
} as const;

const nounsOfKind = {
  event: { from: 'an emitted event', to: 'a consumed event' },
  procedure: { from: 'a used procedure', to: 'a provided procedure' },
  dataport: { from: 'a dataport', to: 'a dataport' },
} as const;

function checkEnd(check: Check, connection: Connection, end: CheckedEnd): void {
  const { node } = end;
  const { kind: side, reference } = node;
  const { symbol, connector } = connection;
  const declared = end.interface.node.kind;
  const said = `\`${side} ${reference.text}\``;
  const hereDeclared = relatedTo(end.interface, `\`${end.interface.name}\` is declared here.`);
  const report = (code: string, message: string, more: readonly (Fix | undefined)[] = []): void =>
    reportIn(check.names.report, symbol.file, node.span, {
      code,
      message: `${said}: ${message}`,
      related:
        connector === undefined || code === 'end-direction'
          ? [hereDeclared]
          : [
              hereDeclared,
              relatedAt(connector.place, `Connector \`${connector.name}\` is declared here.`),
            ],
      fixes: more,
    });
  if (!canBe(declared, side)) {
    const word = { start: node.span.start, end: node.span.start + side.length };
    report(
      'end-direction',
      `${saysKind(end)}, so it cannot be a \`${side}\` end, which is ${expectedOf[side]}.`,
      [fixOf(`Make it a \`${opposite[side]}\` end`, [editOf(symbol.file, word, opposite[side])])],
    );
    return;
  }
  if (connector === undefined) return;
  const expected = connector[side];
  if (expected.kind !== kindOfInterface[declared]) {
    report(
      'end-kind',
      `connector \`${connector.name}\` connects ${side} ${nounsOfKind[expected.kind][side]}, but ${saysKind(end)}${declared === 'dataport' ? '' : ` as ${kindOfInterface[declared] === 'event' ? 'an event' : 'a procedure'}`}.`,
      otherConnectors(check, connection),
    );
    return;
  }
  if (end.component === undefined || expected.isHardware === isHardware(end.component)) return;
  report(
    'end-hardware',
    expected.isHardware
      ? `connector \`${connector.name}\` connects ${side} hardware, but component \`${end.component.name}\` is software; it lacks \`hardware;\`.`
      : `connector \`${connector.name}\` connects ${side} software, but component \`${end.component.name}\` is hardware.`,
    otherConnectors(check, connection),
  );
}

/** The connector that a system would most likely use for such ends. */
function otherConnectors(
  { names, lift, dialect }: Check,
  { symbol, ends }: Connection,
): (Fix | undefined)[] {
  if (ends.length < symbol.node.ends.length || symbol.node.inline !== undefined) return [];
  const from = ends.filter(({ node }) => node.kind === 'from');
  const to = ends.filter(({ node }) => node.kind === 'to');
  if (from.length === 0 || to.length === 0) return [];
  return fittingConnectors(names, lift, { from, to }, dialect)
    .slice(0, 3)
    .map(({ name }) =>
      fixOf(`Use connector \`${name}\``, [editOf(symbol.file, symbol.node.connector.span, name)]),
    );
}

function checkTypes({ names, lift }: Check, { symbol, connector, ends }: Connection): void {
  const [first] = ends;
  if (first === undefined || isTypeUnchecked(lift, symbol)) return;
  const expected = typeOf(lift, first);
  if (expected === undefined) return;
  for (const end of ends.slice(1)) {
    const type = typeOf(lift, end);
    if (type === undefined || type.key === expected.key) continue;
    // Ends of different kinds are told so already.
    if (connector !== undefined && !fits(connector, end.node.kind, end)) continue;
    if (connector !== undefined && !fits(connector, first.node.kind, first)) return;
    reportIn(names.report, symbol.file, end.node.span, {
      code: 'type-mismatch',
      message: `\`${end.node.kind} ${end.node.reference.text}\`: its type is \`${type.text}\`, but that of \`${first.node.reference.text}\` is \`${expected.text}\`; the ends of a connection have one type.`,
      related: [
        relatedAt(symbol.file.source.placeOf(first.node.span), 'The other end is here.'),
        relatedTo(end.interface, `\`${end.interface.name}\` is declared here.`),
        relatedTo(first.interface, `\`${first.interface.name}\` is declared here.`),
      ],
      fixes: [
        typeFix(names, end.interface, first.interface),
        typeFix(names, first.interface, end.interface),
      ],
    });
  }
}

function isTypeUnchecked(lift: Lift, { type }: CamkesSymbol): boolean {
  if (type === undefined) return false;
  const attribute = membersOfKind(type, 'attribute').find(
    ({ name }) => name === 'disable_interface_type_checking',
  );
  const value = attribute && attributeDeclaration(lift, attribute).initial;
  return value !== undefined && !(value.kind === 'integer' && value.value === 0n);
}

/** Procedures are the same when their declaration is; other types are compared as they are spelled. */
function typeOf(
  lift: Lift,
  { interface: declared }: EndCandidate,
): { readonly key: CamkesSymbol | string; readonly text: string } | undefined {
  const { kind, type, size } = declared.node;
  if (kind === 'uses' || kind === 'provides')
    return declared.type && { key: declared.type, text: declared.type.name };
  if (size === undefined) return type.text === '' ? undefined : { key: type.text, text: type.text };
  const { sizeBytes } = interfaceDeclaration(lift, declared);
  if (sizeBytes === undefined) return undefined;
  const text = `Buf(${String(sizeBytes)})`;
  return { key: text, text };
}
