/**
 * From symbols to the types of a system: sizes, thread counts and values are worked out here, once for
 * each declaration, however many instances there are. Stage 3 of the reference tools.
 */
import type { HeaderTypes } from '../c-headers/read-declarations.js';
import { evaluate } from './expression.js';
import type { CamkesFile } from './read-file.js';
import { reportIn, type Report } from './report.js';
import { membersOfKind, placeOfName, type CamkesSymbol } from './symbol.js';
import type {
  AttributeDeclaration,
  ComponentType,
  ConnectorEndType,
  ConnectorType,
  Declared,
  InterfaceDeclaration,
  MethodType,
  ProcedureType,
} from './system.js';
import type { AttributeMember, ConnectorEnd, Expression, Import } from './tree.js';
import type { Value } from './value.js';

export interface Lift {
  readonly report: Report;
  readonly values: Map<Expression, Value>;
  readonly lifted: Map<CamkesSymbol, object>;
  /** Components that have instances of their own. */
  readonly isComposite: (component: CamkesSymbol) => boolean;
  /** What C headers say of the types of a procedure. */
  readonly headerTypes: (procedure: CamkesSymbol<'procedure'>) => HeaderTypes;
  /** How often each connector is used; counted when somebody asks. */
  connectorUses: ReadonlyMap<CamkesSymbol, number> | undefined;
}

export const newLift = (
  report: Report,
  { isComposite, headerTypes }: Pick<Lift, 'isComposite' | 'headerTypes'>,
): Lift => ({
  report,
  values: new Map(),
  lifted: new Map(),
  isComposite,
  headerTypes,
  connectorUses: undefined,
});

export const unknownValue: Value = { kind: 'unknown' };

export function valueOf(lift: Lift, file: CamkesFile, expression: Expression): Value {
  const known = lift.values.get(expression);
  if (known !== undefined) return known;
  const value = evaluate(expression, ({ span, severity, code, message }) =>
    reportIn(lift.report, file, span, { severity, code, message }),
  );
  lift.values.set(expression, value);
  return value;
}

/** Everything is lifted, used or not, since a mistake in an unused component is one, too. */
export function liftAll(lift: Lift, symbols: readonly CamkesSymbol[]): void {
  for (const symbol of symbols) {
    if (symbol.kind === 'component') componentType(lift, symbol);
    if (symbol.kind === 'connector') connectorType(lift, symbol);
    if (symbol.kind === 'procedure') procedureType(lift, symbol);
    if (symbol.kind === 'struct')
      for (const field of membersOfKind(symbol, 'attribute')) attributeDeclaration(lift, field);
  }
}

function once<T extends object>(lift: Lift, symbol: CamkesSymbol, make: () => T): T {
  const known = lift.lifted.get(symbol);
  if (known !== undefined) return known as T;
  const made = make();
  lift.lifted.set(symbol, made);
  return made;
}

const declared = (symbol: CamkesSymbol): Declared => ({
  name: symbol.name,
  place: placeOfName(symbol),
});

export function componentType(lift: Lift, symbol: CamkesSymbol<'component'>): ComponentType {
  return once(lift, symbol, () => {
    const { members } = symbol.node;
    const has = membersOfKind(symbol, 'has');
    const ofKind = (kind: string): Declared[] =>
      has.filter(({ node }) => node.kind === kind).map(declared);
    return {
      ...declared(symbol),
      isControl: members.some(({ kind }) => kind === 'control'),
      isHardware: isHardware(symbol),
      interfaces: membersOfKind(symbol, 'interface').map((each) =>
        interfaceDeclaration(lift, each),
      ),
      mutexes: ofKind('mutex'),
      semaphores: ofKind('semaphore'),
      binarySemaphores: ofKind('binary_semaphore'),
      copyRegions: has
        .filter(({ node }) => node.kind === 'copyregion')
        .map((each) => ({
          ...declared(each),
          sizeBytes: sizeOf(lift, each.file, each.node.size, 'copyregion'),
        })),
      attributes: membersOfKind(symbol, 'attribute').map((each) =>
        attributeDeclaration(lift, each),
      ),
      includes: includesOf(members),
      isComposite: lift.isComposite(symbol),
    };
  });
}

/** In the order of the source. */
export const includesOf = (members: readonly { readonly kind: string }[]): Import[] =>
  members.filter((member): member is Import => member.kind === 'include');

export const isHardware = (component: CamkesSymbol): boolean =>
  component.kind === 'component' && component.node.members.some(({ kind }) => kind === 'hardware');

export function interfaceDeclaration(
  lift: Lift,
  symbol: CamkesSymbol<'interface'>,
): InterfaceDeclaration {
  return once(lift, symbol, () => {
    const { kind, optional, type, size } = symbol.node;
    const procedure = symbol.type;
    return {
      ...declared(symbol),
      kind,
      isOptional: optional !== undefined,
      type: type.text,
      sizeBytes: sizeOf(lift, symbol.file, size, 'dataport'),
      procedure: procedure?.kind === 'procedure' ? procedureType(lift, procedure) : undefined,
    };
  });
}

/** A dataport has at least a byte; a copyregion of no bytes is allowed. */
function sizeOf(
  lift: Lift,
  file: CamkesFile,
  size: Expression | undefined,
  of: 'dataport' | 'copyregion',
): bigint | undefined {
  if (size === undefined) return undefined;
  const value = valueOf(lift, file, size);
  if (value.kind === 'unknown') return undefined;
  const least = of === 'dataport' ? 1n : 0n;
  const bytes = wholeNumber(value);
  if (bytes !== undefined && bytes >= least) return bytes;
  reportIn(lift.report, file, size.span, {
    code: `${of}-size`,
    message: `The size of a ${of} is a whole number of bytes${least > 0n ? ', at least 1' : ''}; this is ${textOfValue(value)}.`,
  });
  return undefined;
}

/** Also of a float without a fraction, as the reference tools read it. */
function wholeNumber(value: Value): bigint | undefined {
  if (value.kind === 'integer') return value.value;
  return value.kind === 'float' && Number.isInteger(value.value) ? BigInt(value.value) : undefined;
}

/** A value as one would write it, shortened. */
export function textOfValue(value: Value): string {
  switch (value.kind) {
    case 'integer':
    case 'float': {
      const text = String(value.value);
      return text.length > 40 ? `${text.slice(0, 40)}…` : text;
    }
    case 'string':
      return `"${value.value.length > 40 ? `${value.value.slice(0, 40)}…` : value.value}"`;
    case 'list':
      return 'a list';
    case 'dictionary':
      return 'a dictionary';
    case 'unknown':
      return 'not known';
  }
}

export function attributeDeclaration(
  lift: Lift,
  symbol: CamkesSymbol<'attribute'>,
): AttributeDeclaration {
  return once(lift, symbol, () => {
    const { node, file } = symbol;
    return {
      ...attributeOf(lift, file, node, symbol.type, 0),
      ...declared(symbol),
    };
  });
}

/** A struct that holds itself is reported as a forward reference; here its depth only has to end. */
const deepestStruct = 8;

function attributeOf(
  lift: Lift,
  file: CamkesFile,
  node: AttributeMember,
  struct: CamkesSymbol | undefined,
  depth: number,
): AttributeDeclaration {
  let fields: AttributeDeclaration[] | undefined;
  if (depth < deepestStruct && struct?.kind === 'struct') {
    fields = membersOfKind(struct, 'attribute').map((field) =>
      attributeOf(lift, field.file, field.node, field.type, depth + 1),
    );
  } else if (depth < deepestStruct && node.type.fields !== undefined) {
    fields = node.type.fields.map((field) => attributeOf(lift, file, field, undefined, depth + 1));
  }
  return {
    name: node.name.text,
    place: file.source.placeOf(node.name.span),
    type: node.type.text,
    isArray: node.isArray,
    fields,
    initial: node.value === undefined ? undefined : valueOf(lift, file, node.value),
  };
}

export function procedureType(lift: Lift, symbol: CamkesSymbol<'procedure'>): ProcedureType {
  return once(lift, symbol, () => ({
    ...declared(symbol),
    methods: membersOfKind(symbol, 'method').map(methodType),
    attributes: membersOfKind(symbol, 'attribute').map((each) => attributeDeclaration(lift, each)),
    includes: includesOf(symbol.node.members),
    headerTypes: lift.headerTypes(symbol),
  }));
}

function methodType(symbol: CamkesSymbol<'method'>): MethodType {
  const { returns, parameters } = symbol.node;
  return {
    ...declared(symbol),
    returns: returns.text,
    parameters: parameters.map(({ name, direction, type, isArray }) => ({
      name: name.text,
      direction: direction ?? 'in',
      type: type.text,
      isArray,
    })),
  };
}

/** Undefined when an end is missing or has no kind, which the parser has reported. */
export function connectorType(
  lift: Lift,
  symbol: CamkesSymbol<'connector'>,
): ConnectorType | undefined {
  const { type } = once(lift, symbol, () => ({ type: makeConnectorType(lift, symbol) }));
  return type;
}

function makeConnectorType(
  lift: Lift,
  symbol: CamkesSymbol<'connector'>,
): ConnectorType | undefined {
  const [from, to] = (['from', 'to'] as const).map((kind) =>
    connectorEnd(
      lift,
      symbol.file,
      symbol.node.ends.find((end) => end.kind === kind),
    ),
  );
  if (from === undefined || to === undefined) return undefined;
  return {
    ...declared(symbol),
    from,
    to,
    attributes: membersOfKind(symbol, 'attribute').map((each) => attributeDeclaration(lift, each)),
  };
}

const endKinds = {
  Event: { kind: 'event', isMany: false },
  Events: { kind: 'event', isMany: true },
  Procedure: { kind: 'procedure', isMany: false },
  Procedures: { kind: 'procedure', isMany: true },
  Dataport: { kind: 'dataport', isMany: false },
  Dataports: { kind: 'dataport', isMany: true },
} as const;

function connectorEnd(
  lift: Lift,
  file: CamkesFile,
  end: ConnectorEnd | undefined,
): ConnectorEndType | undefined {
  if (end?.type === undefined) return undefined;
  return {
    ...endKinds[end.type],
    isHardware: end.isHardware,
    threads: end.threads === undefined ? 1 : threadCount(lift, file, end.threads),
  };
}

/** More threads than this are a slip of the pen, and would fill memory. */
const mostThreads = 1_024n;

function threadCount(lift: Lift, file: CamkesFile, expression: Expression): number {
  const value = valueOf(lift, file, expression);
  if (value.kind === 'unknown') return 1;
  const count = wholeNumber(value);
  if (count !== undefined && count >= 0n && count <= mostThreads) return Number(count);
  reportIn(lift.report, file, expression.span, {
    code: 'thread-count',
    message: `The number of threads of an end is a whole number from 0 to ${String(mostThreads)}; this is ${textOfValue(value)}.`,
  });
  return 1;
}
