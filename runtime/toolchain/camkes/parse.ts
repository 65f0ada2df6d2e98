/**
 * The parser of CAmkES ADL and IDL: one function per production, over the text that came out of the
 * preprocessor. Total: any text gives a tree and diagnostics, in time linear in the text. Facts: the reference grammar, the union
 * of upstream's and Sparrow's. What the words mean to each other, an analysis says later.
 */
import { nearestName } from '../text/suggest.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText, Span } from '../text/source-text.js';
import { connectorBody } from './parse-connector.js';
import { configurationBody } from './parse-configuration.js';
import { attributeMember, structFields } from './parse-type.js';
import { isReserved } from './keywords.js';
import { importItem } from './parse-import.js';
import { numericExpression } from './parse-expression.js';
import { procedureItem } from './parse-procedure.js';
import {
  at,
  createParser,
  endStatement,
  expect,
  expectName,
  expectReference,
  isItemWord,
  itemWords,
  isText,
  missingName,
  optionalName,
  peek,
  readBlock,
  referenceOf,
  report,
  reportExpected,
  reportMeaning,
  reportToken,
  settle,
  skipMisplaced,
  skipStatement,
  skipToParenthesis,
  spanFrom,
  take,
  tryOpaque,
  tryTake,
  type Parser,
} from './parser.js';
import type { Token } from './token.js';
import type {
  Assembly,
  AssemblyMember,
  ByName,
  CamkesTree,
  Component,
  ComponentMember,
  Composition,
  CompositionMember,
  Configuration,
  ConnectionEnd,
  ConnectionMember,
  Connector,
  Export,
  Group,
  HasMember,
  InstanceMember,
  InterfaceMember,
  Item,
  Name,
  Reference,
  Schedule,
  Struct,
} from './tree.js';

export interface ParseOptions {
  /**
   * `possible`: a header is missing, so a name that is known nowhere may be a macro of it, and is no mistake.
   * By default each is one.
   */
  readonly unknownMacros?: 'possible';
}

export interface ParsedCamkes {
  readonly tree: CamkesTree;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseCamkes(source: SourceText, options: ParseOptions = {}): ParsedCamkes {
  const parser = createParser(source, options.unknownMacros === undefined ? undefined : 'macros');
  const items: Item[] = [];
  while (peek(parser).kind !== 'end') {
    const { start } = peek(parser);
    const { mistakes } = parser;
    const item = tryItem(parser);
    if (item !== undefined) {
      items.push(item);
      settle(parser, mistakes);
    }
    if (peek(parser).start === start && peek(parser).kind !== 'end') take(parser);
  }
  const { openComment } = parser.scanner;
  if (openComment !== undefined) {
    const span = { start: openComment, end: openComment + 2 };
    report(parser, span, 'comment-unterminated', 'This `/*` comment is never closed with `*/`.');
  }
  return { tree: { items }, diagnostics: parser.diagnostics };
}

function tryItem(parser: Parser): Item | undefined {
  const token = peek(parser);
  if (tryTake(parser, ';') !== undefined) return undefined;
  if (isText(token, '}')) {
    strayBrace(parser);
    return undefined;
  }
  if (token.kind === 'word' && isItemWord(token.text)) {
    parser.isLost = false;
    return itemOf(parser, token);
  }
  const opaque = tryOpaque(parser);
  if (opaque !== undefined) return opaque;
  // `connection` is a member that has lost its block, and no misspelt `connector`.
  const isPlain = token.kind === 'word' && !isReserved(token.text);
  const near = isPlain ? nearestName(token.text, itemWords) : undefined;
  if (near !== undefined) parser.isLost = false;
  // Behind other mistakes it is most likely the rest of a block that has ended too early.
  else if (parser.toldInAll > 0) parser.isUnbalanced = true;
  skipMisplaced(
    parser,
    `\`import\`, \`component\`, \`procedure\`, \`connector\`, \`assembly\` or another item${near === undefined ? '' : ` (did you mean \`${near}\`?)`}`,
  );
  return undefined;
}

/** A block that was ended early leaves its `}` over. */
function strayBrace(parser: Parser): void {
  if (parser.closedEarly > 0) parser.closedEarly -= 1;
  else {
    reportToken(
      parser,
      'extra-brace',
      '`}` was found where an item was expected; no `{` before it is open.',
    );
  }
  take(parser);
}

function itemOf(parser: Parser, { text }: Token): Item {
  switch (text) {
    case 'import':
      return importItem(parser);
    case 'assembly':
      return assembly(parser);
    case 'component':
      return componentItem(parser);
    case 'composition':
      return composition(parser);
    case 'configuration':
      return configuration(parser);
    case 'connector':
      return connector(parser);
    case 'procedure':
      return procedureItem(parser);
    default:
      return struct(parser);
  }
}

const assemblyMembers: ReadonlySet<string> = new Set(['composition', 'configuration', 'schedule']);

function assembly(parser: Parser): Assembly {
  const { mistakes } = parser;
  const { start, end } = take(parser);
  const name = optionalName(parser, 'the name of an assembly');
  const members: AssemblyMember[] = [];
  const what = named('an assembly', 'assembly', name);
  const open = peek(parser);
  const firsts = new Map<string, AssemblyMember>();
  readBlock(parser, { what, members: assemblyMembers }, (token) => {
    const member = assemblyMember(parser, token);
    if (member === undefined) return 'unknown';
    const role = roleOf(member);
    const before = firsts.get(role);
    if (before === undefined) firsts.set(role, member);
    else if (role !== 'opaque' && parser.mistakes === mistakes)
      reportSecond(parser, member, role, before, what);
    members.push(member);
    return 'read';
  });
  if (isText(open, '{') && !firsts.has('opaque') && !firsts.has('composition')) {
    reportMeaning(
      parser,
      mistakes,
      name?.span ?? { start, end },
      'composition-missing',
      `The ${name === undefined ? 'assembly' : what} has no composition; it needs exactly one.`,
    );
  }
  return { kind: 'assembly', span: spanFrom(parser, start), name, members };
}

function reportSecond(
  parser: Parser,
  { span }: { readonly span: Span },
  role: string,
  before: { readonly span: Span },
  what: string,
): void {
  const message = `This is the second ${role} of ${what}, which has one at most.`;
  const related = [{ span: headOf(before.span), message: `The first ${role} is here.` }];
  report(parser, headOf(span), 'duplicate-member', message, { related });
}

function assemblyMember(parser: Parser, token: Token): AssemblyMember | undefined {
  switch (token.kind === 'word' ? token.text : '') {
    case 'composition':
      return compositionMember(parser);
    case 'configuration':
      return configurationMember(parser);
    case 'schedule':
      return schedule(parser);
    default:
      return tryOpaque(parser);
  }
}

/** `composition c;` and `composition {…}` have one role. */
const roleOf = ({ kind }: { readonly kind: string }): string => kind.replace('-reference', '');

const named = (unnamed: string, kind: string, name: Name | undefined): string =>
  name === undefined || name.text === '' ? unnamed : `${kind} \`${name.text}\``;

/** Whether a name and no block follows: what is meant stands elsewhere. */
function isByName(parser: Parser): boolean {
  const next = peek(parser, 1);
  const after = peek(parser, 2);
  if (next.kind !== 'word' || isText(after, '{')) return false;
  // A member or a setting: the `{` is missing.
  if (after.kind === 'word' && compositionMembers.has(after.text)) return false;
  if (isText(peek(parser, 4), '=') || isText(peek(parser, 4), '<-')) return false;
  return !isReserved(next.text) || isText(after, ';');
}

function byName(parser: Parser, kind: ByName['kind']): ByName {
  const { start } = take(parser);
  const reference = expectReference(parser, `the name of a ${roleOf({ kind })}`);
  endStatement(parser);
  return { kind, span: spanFrom(parser, start), reference };
}

const compositionMember = (parser: Parser): Composition | ByName =>
  isByName(parser) ? byName(parser, 'composition-reference') : composition(parser);

const configurationMember = (parser: Parser): Configuration | ByName =>
  isByName(parser) ? byName(parser, 'configuration-reference') : configuration(parser);

function schedule(parser: Parser): Schedule {
  const { start } = take(parser);
  const entries: Schedule['entries'][number][] = [];
  readBlock(parser, { what: 'a schedule', members: new Set() }, (token) => {
    if (!isText(token, '[')) return 'unknown';
    readScheduleEntries(parser, entries);
    return 'read';
  });
  if (entries.length < 2 && parser.reportedAt < start) {
    report(
      parser,
      spanFrom(parser, start),
      'schedule-too-short',
      'A schedule needs at least two entries: `schedule { [(0, 10), (1, 5 ticks)] }`.',
    );
  }
  return { kind: 'schedule', span: spanFrom(parser, start), entries };
}

function readScheduleEntries(parser: Parser, to: Schedule['entries'][number][]): void {
  take(parser);
  while (at(parser, '(')) {
    const { start } = take(parser);
    const domain = numericExpression(parser);
    expect(parser, ',');
    const duration = numericExpression(parser);
    const unit = tryTake(parser, 'ticks') ?? tryTake(parser, 'us');
    expect(parser, ')', unit === undefined ? '`ticks`, `us` or `)`' : '`)`');
    to.push({
      domain,
      duration,
      unit: unit === undefined ? undefined : unit.text === 'us' ? 'us' : 'ticks',
      span: spanFrom(parser, start),
    });
    if (tryTake(parser, ',') === undefined) break;
  }
  expect(parser, ']', '`,` and another entry, or `]`');
}

const componentMembers: ReadonlySet<string> = new Set([
  'attribute',
  'composition',
  'configuration',
  'consumes',
  'control',
  'dataport',
  'emits',
  'hardware',
  'has',
  'include',
  'maybe',
  'provides',
  'uses',
]);

function componentItem(parser: Parser): Component {
  const { start } = take(parser);
  return componentBody(parser, start, optionalName(parser, 'the name of a component'));
}

/** From its `{` on. */
function componentBody(parser: Parser, start: number, name: Name | undefined): Component {
  const { mistakes } = parser;
  const members: ComponentMember[] = [];
  const what = named('a component', 'component', name);
  const isInline = parser.blocks.length > 0;
  const lasts: LastMembers = new Map();
  readBlock(parser, { what, members: componentMembers, isInline }, (token) => {
    const member = componentMember(parser, token);
    if (member === undefined) return suggestMember(parser, token, what, componentMembers);
    if (member.kind !== 'opaque' && parser.mistakes === mistakes)
      checkOrder(parser, lasts, member, what);
    members.push(member);
    return 'read';
  });
  const alone = lasts.get('configuration');
  const isAlone = alone !== undefined && !lasts.has('composition');
  if (isAlone && !members.some(({ kind }) => kind === 'opaque')) {
    const message = `The configuration of ${what} needs a composition beside it.`;
    reportMeaning(parser, mistakes, headOf(alone.span), 'composition-missing', message);
  }
  return { kind: 'component', span: spanFrom(parser, start), name, members };
}

/** The first composition and the first configuration of a component, and the first member behind one. */
type LastMembers = Map<'composition' | 'configuration' | 'told', ComponentMember>;

/** A word `composition` that nothing of one follows. */
const isNothing = (member: ComponentMember): boolean =>
  (member.kind === 'composition' && member.members.length === 0 && member.name?.text === '') ||
  ('reference' in member && member.reference.text === '');

/** Composition and configuration stand behind all other members, each once. */
function checkOrder(
  parser: Parser,
  lasts: LastMembers,
  member: ComponentMember,
  what: string,
): void {
  const role = roleOf(member);
  if (role === 'composition' || role === 'configuration') {
    const before = lasts.get(role);
    if (isNothing(member)) return;
    if (before === undefined) lasts.set(role, member);
    else reportSecond(parser, member, role, before, what);
    return;
  }
  const before = lasts.get('composition') ?? lasts.get('configuration');
  if (before === undefined || lasts.has('told')) return;
  lasts.set('told', member);
  const message = `A member of ${what} was found behind its ${roleOf(before)}; composition and configuration stand behind all other members.`;
  const related = [{ span: headOf(before.span), message: `The ${roleOf(before)} is here.` }];
  report(parser, member.span, 'member-order', message, { related });
}

/** The word that a block begins with; all of it would be much red. */
const headOf = ({ start, end }: Span): Span => ({ start, end: Math.min(end, start + 11) });

function suggestMember(
  parser: Parser,
  token: Token,
  what: string,
  members: ReadonlySet<string>,
): 'read' | 'unknown' {
  const near = token.kind === 'word' ? nearestName(token.text, members) : undefined;
  if (near === undefined || near === token.text || members.has(token.text)) return 'unknown';
  const fix = { title: `Change to \`${near}\``, edits: [{ span: token, newText: near }] };
  reportToken(
    parser,
    'syntax',
    `\`${token.text}\` was found where a member of ${what} was expected; did you mean \`${near}\`?`,
    { fix },
  );
  take(parser);
  skipStatement(parser);
  return 'read';
}

function componentMember(parser: Parser, token: Token): ComponentMember | undefined {
  switch (token.kind === 'word' ? token.text : '') {
    case 'attribute':
      return attributeMember(parser);
    case 'include':
      return importItem(parser);
    case 'control':
      return flag(parser, 'control');
    case 'hardware':
      return flag(parser, 'hardware');
    case 'has':
      return hasMember(parser);
    case 'maybe':
    case 'uses':
    case 'provides':
    case 'emits':
    case 'consumes':
    case 'dataport':
      return interfaceMember(parser);
    case 'composition':
      return compositionMember(parser);
    case 'configuration':
      return configurationMember(parser);
    default:
      return tryOpaque(parser);
  }
}

function flag(parser: Parser, kind: 'control' | 'hardware'): ComponentMember {
  const { start } = take(parser);
  endStatement(parser);
  return { kind, span: spanFrom(parser, start) };
}

const interfaceKinds = ['uses', 'provides', 'emits', 'consumes', 'dataport'] as const;

function interfaceMember(parser: Parser): InterfaceMember {
  const { start } = peek(parser);
  const maybe = tryTake(parser, 'maybe');
  const optional = maybe && { start: maybe.start, end: maybe.end };
  const word = peek(parser);
  const kind = interfaceKinds.find((one) => isText(word, one));
  if (kind === undefined) reportExpected(parser, '`uses`, `consumes` or `dataport`');
  else take(parser);
  if (maybe !== undefined && (kind === 'provides' || kind === 'emits')) {
    report(
      parser,
      maybe,
      'maybe-without-effect',
      `\`maybe\` stands before \`uses\`, \`consumes\` and \`dataport\` only: what a component ${kind} may be left unconnected anyway.`,
      { fix: { title: 'Remove `maybe`', edits: [{ span: maybe, newText: '' }] } },
    );
  }
  const type = interfaceType(parser, kind ?? 'uses');
  const size = kind === 'dataport' && type.text === 'Buf' ? sizeInParentheses(parser) : undefined;
  const name = expectName(parser, 'the name of an interface');
  endStatement(parser);
  return {
    kind: kind ?? 'uses',
    span: spanFrom(parser, start),
    optional,
    type,
    size,
    name,
  };
}

function interfaceType(parser: Parser, kind: InterfaceMember['kind']): Reference {
  if (kind === 'uses' || kind === 'provides') return expectReference(parser, 'a procedure');
  const name = expectName(
    parser,
    kind === 'dataport' ? 'the type of a dataport' : 'the type of an event',
  );
  return referenceOf([name]);
}

function sizeInParentheses(parser: Parser): InterfaceMember['size'] {
  if (tryTake(parser, '(') === undefined) return undefined;
  const size = numericExpression(parser);
  expect(parser, ')');
  return size;
}

const hasKinds = ['mutex', 'semaphore', 'binary_semaphore', 'copyregion'] as const;

function hasMember(parser: Parser): HasMember {
  const { start } = take(parser);
  const word = peek(parser);
  const kind = hasKinds.find((one) => isText(word, one));
  if (kind === undefined) {
    reportExpected(parser, '`mutex`, `semaphore`, `binary_semaphore` or `copyregion`');
    if (word.kind === 'word' && peek(parser, 1).kind === 'word') take(parser);
  } else take(parser);
  const name = expectName(parser, `the name of a ${kind ?? 'mutex'}`);
  const size = kind === 'copyregion' ? sizeInParentheses(parser) : undefined;
  endStatement(parser);
  return { kind: kind ?? 'mutex', span: spanFrom(parser, start), name, size };
}

function connector(parser: Parser): Connector {
  const { start } = take(parser);
  return connectorBody(parser, start, optionalName(parser, 'the name of a connector'));
}

function struct(parser: Parser): Struct {
  const { start } = take(parser);
  const name = expectName(parser, 'the name of a struct');
  const fields = structFields(parser, name);
  return { kind: 'struct', span: spanFrom(parser, start), name, fields };
}

const compositionMembers: ReadonlySet<string> = new Set([
  'component',
  'connection',
  'group',
  'export',
]);

function composition(parser: Parser): Composition {
  const { start } = take(parser);
  const name = optionalName(parser, 'the name of a composition');
  const members: CompositionMember[] = [];
  const what = named('a composition', 'composition', name);
  readBlock(parser, { what, members: compositionMembers }, (token) => {
    const member = compositionPart(parser, token);
    if (member === undefined) return suggestMember(parser, token, what, compositionMembers);
    members.push(member);
    return 'read';
  });
  return { kind: 'composition', span: spanFrom(parser, start), name, members };
}

function compositionPart(parser: Parser, token: Token): CompositionMember | undefined {
  switch (token.kind === 'word' ? token.text : '') {
    case 'component':
      return instance(parser);
    case 'connection':
      return connection(parser);
    case 'group':
      return group(parser);
    case 'export':
      return exportMember(parser);
    default:
      return tryOpaque(parser);
  }
}

function instance(parser: Parser): InstanceMember {
  const { start } = take(parser);
  const open = peek(parser);
  const inline = isText(open, '{') ? componentBody(parser, open.start, undefined) : undefined;
  const type =
    inline === undefined
      ? expectReference(parser, 'a component')
      : referenceOf([missingName(parser)]);
  const name = expectName(parser, 'the name of an instance');
  endStatement(parser);
  return { kind: 'instance', span: spanFrom(parser, start), type, inline, name };
}

function connection(parser: Parser): ConnectionMember {
  const { start } = take(parser);
  const open = peek(parser);
  const inline = isText(open, '{') ? connectorBody(parser, open.start, undefined) : undefined;
  const type =
    inline === undefined
      ? expectReference(parser, 'a connector')
      : referenceOf([missingName(parser)]);
  const name = expectName(parser, 'the name of a connection');
  const ends: ConnectionEnd[] = [];
  if (expect(parser, '(', '`(` and the ends of the connection')) readEnds(parser, ends);
  endStatement(parser);
  return {
    kind: 'connection',
    span: spanFrom(parser, start),
    connector: type,
    inline,
    name,
    ends,
  };
}

function readEnds(parser: Parser, to: ConnectionEnd[]): void {
  while (at(parser, 'from') || at(parser, 'to')) {
    const word = take(parser);
    const reference = expectReference(parser, 'an interface, as `instance.interface`,');
    to.push({
      kind: word.text === 'from' ? 'from' : 'to',
      span: spanFrom(parser, word.start),
      reference,
    });
    if (tryTake(parser, ',') !== undefined) continue;
    if (!at(parser, 'from') && !at(parser, 'to')) break;
    reportExpected(parser, '`,` between two ends');
  }
  if (tryTake(parser, ')') !== undefined) return;
  reportExpected(parser, to.length === 0 ? '`from`, `to` or `)`' : '`,` or `)`');
  skipToParenthesis(parser);
}

const groupMembers: ReadonlySet<string> = new Set(['component']);

function group(parser: Parser): Group {
  const { start } = take(parser);
  const name = optionalName(parser, 'the name of a group');
  const instances: Group['instances'][number][] = [];
  const what = named('a group', 'group', name);
  readBlock(parser, { what, members: groupMembers }, (token) => {
    const member = isText(token, 'component') ? instance(parser) : tryOpaque(parser);
    if (member === undefined) return 'unknown';
    instances.push(member);
    return 'read';
  });
  return { kind: 'group', span: spanFrom(parser, start), name, instances };
}

function exportMember(parser: Parser): Export {
  const { start } = take(parser);
  const source = expectReference(parser, 'the interface of an inner instance');
  expect(parser, '->', '`->` and the interface of this component');
  const destination = expectReference(parser, 'an interface of this component');
  endStatement(parser);
  return { kind: 'export', span: spanFrom(parser, start), source, destination };
}

function configuration(parser: Parser): Configuration {
  const { start } = take(parser);
  return configurationBody(parser, start, optionalName(parser, 'the name of a configuration'));
}
