/** Random trees of CAmkES, as fast-check arbitraries, and trees without their places to compare them by. */
import fc from './fast-check.js';
import { isReserved } from '../../runtime/toolchain/camkes/keywords.js';
import { precedenceOf } from '../../runtime/toolchain/camkes/parse-expression.js';
import type {
  AttributeMember,
  BinaryOperator,
  CamkesTree,
  Component,
  Composition,
  Configuration,
  Connector,
  Expression,
  Item,
  Name,
  Opaque,
  Procedure,
  Reference,
  SettingValue,
  TypeName,
} from '../../runtime/toolchain/camkes/tree.js';

const span = { start: 0, end: 0 };

/** Everything of a tree but its spans; a span that may be absent becomes whether it is there. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'span' && key !== 'pathSpan')
      .map(([key, one]) => [key, key === 'optional' ? one !== undefined : withoutPlaces(one)]),
  );
}

const word = fc
  .oneof(
    fc.stringMatching(/^[a-zA-Z_]\w{0,6}$/),
    fc.constantFrom('us', 'ticks', 'schedule', 'copyregion', 'template', 'Buf', 'in_', 'X'),
  )
  .filter((text) => !isReserved(text));

const name: fc.Arbitrary<Name> = word.map((text) => ({ text, span }));

const referenceOf = (parts: readonly Name[]): Reference => ({
  text: parts.map(({ text }) => text).join('.'),
  parts,
  span,
});
const reference = fc.array(name, { minLength: 1, maxLength: 3 }).map(referenceOf);
const single = name.map((one) => referenceOf([one]));
const optionalName = fc.option(name, { nil: undefined });

const text = fc.string({ maxLength: 8 }).map((one) => one.replace(/["\r]/g, '\n'));

/** `schedule()` would begin a schedule. */
const opaque: fc.Arbitrary<Opaque> = name
  .filter((one) => one.text !== 'schedule')
  .map((one) => ({ kind: 'opaque', span, name: one }));

const number: fc.Arbitrary<Expression> = fc
  .oneof(
    fc.nat().map(String),
    fc.nat().map((value) => `0x${value.toString(16)}`),
    fc.constantFrom('0', '00', '1.5', '0.25', '123456789012345678901234567890'),
  )
  .map((one) => ({ kind: 'number', span, text: one }));

const operators = Object.keys(precedenceOf).filter(
  (key): key is BinaryOperator => key in precedenceOf,
);

const { numeric } = fc.letrec<{ numeric: Expression }>((tie) => ({
  numeric: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.boolean().map((value): Expression => ({ kind: 'boolean', span, value })),
    word.map((one): Expression => ({ kind: 'unknown', span, name: one })),
    fc
      .record({
        operator: fc.constantFrom<'-' | '+' | '!' | '~'>('-', '+', '!', '~'),
        operand: tie('numeric'),
      })
      .map((one): Expression => ({ kind: 'unary', span, ...one })),
    fc
      .record({
        operator: fc.constantFrom(...operators),
        left: tie('numeric'),
        right: tie('numeric'),
      })
      .map((one): Expression => ({ kind: 'binary', span, ...one })),
    fc
      .record({
        condition: tie('numeric'),
        whenTrue: tie('numeric'),
        whenFalse: tie('numeric'),
      })
      .map((one): Expression => ({ kind: 'conditional', span, ...one })),
  ),
}));

const string: fc.Arbitrary<Expression> = text.map((value) => ({ kind: 'string', span, value }));
const key = fc.oneof(numeric, string);

const { item, dictionary } = fc.letrec<{
  item: Expression;
  list: Expression;
  dictionary: Expression;
}>((tie) => ({
  item: fc.oneof({ maxDepth: 3 }, numeric, string, tie('list'), tie('dictionary')),
  list: fc.array(tie('item'), { maxLength: 3 }).map((items) => ({ kind: 'list', span, items })),
  dictionary: fc
    .array(fc.record({ key, value: tie('item') }), { maxLength: 3 })
    .map((entries) => ({ kind: 'dictionary', span, entries })),
}));

const maybeItem = fc.option(item, { nil: undefined });
const maybeNumeric = fc.option(numeric, { nil: undefined });

const { type, attribute } = fc.letrec<{ type: TypeName; attribute: AttributeMember }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 2 },
    fc
      .constantFrom('int', 'integer', 'signed', 'unsigned int', 'unsigned', 'signed char', 'char')
      .map((one): TypeName => ({ text: one, span, reference: undefined, fields: undefined })),
    fc
      .constantFrom('string', 'int64_t', 'uint64_t')
      .map((one): TypeName => ({ text: one, span, reference: undefined, fields: undefined })),
    single.map((one): TypeName => ({
      text: `struct ${one.text}`,
      span,
      reference: one,
      fields: undefined,
    })),
    reference.map((one): TypeName => ({ text: one.text, span, reference: one, fields: undefined })),
    fc
      .array(tie('attribute'), { maxLength: 3 })
      .map((fields): TypeName => ({ text: 'struct', span, reference: undefined, fields })),
  ),
  attribute: fc.record({
    kind: fc.constant('attribute'),
    span: fc.constant(span),
    type: tie('type'),
    isArray: fc.boolean(),
    name,
    value: maybeItem,
  }),
}));

const importOf = <Kind extends 'import' | 'include'>(kind: Kind) =>
  fc.oneof(
    text.map((path) => ({ kind, span, path, pathSpan: span, style: 'quoted' as const })),
    fc
      .stringMatching(/^[\w./ -]{0,9}$/)
      .map((path) => ({ kind, span, path, pathSpan: span, style: 'angle' as const })),
  );

const procedure: fc.Arbitrary<Procedure> = fc.record({
  kind: fc.constant('procedure'),
  span: fc.constant(span),
  name: optionalName,
  members: fc.array(
    fc.oneof(
      opaque,
      importOf('include'),
      attribute,
      fc.record({
        kind: fc.constant('method' as const),
        span: fc.constant(span),
        returns: fc.oneof(
          type,
          fc.constant<TypeName>({ text: 'void', span, reference: undefined, fields: undefined }),
        ),
        name,
        parameters: fc.array(
          fc.record({
            span: fc.constant(span),
            direction: fc.constantFrom(undefined, 'in' as const, 'out', 'inout', 'refin'),
            type,
            isArray: fc.boolean(),
            name,
          }),
          { maxLength: 3 },
        ),
      }),
    ),
    { maxLength: 5 },
  ),
});

const connectorEnd = (kind: 'from' | 'to') =>
  fc.record({
    kind: fc.constant(kind),
    span: fc.constant(span),
    isHardware: fc.boolean(),
    type: fc.constantFrom(
      'Event' as const,
      'Events',
      'Procedure',
      'Procedures',
      'Dataport',
      'Dataports',
    ),
    threads: maybeNumeric,
  });

const connector = (named: fc.Arbitrary<Name | undefined>): fc.Arbitrary<Connector> =>
  fc.record({
    kind: fc.constant('connector'),
    span: fc.constant(span),
    name: named,
    ends: fc.tuple(connectorEnd('from'), connectorEnd('to')),
    attributes: fc.array(attribute, { maxLength: 2 }),
  });

const settingValue: fc.Arbitrary<SettingValue> = fc.oneof(
  item.map((expression): SettingValue => ({ kind: 'expression', expression })),
  fc
    .record({ reference, keys: fc.array(key, { maxLength: 2 }) })
    .map((one): SettingValue => ({ kind: 'reference', ...one })),
  fc.record({
    kind: fc.constant('query'),
    span: fc.constant(span),
    name,
    arguments: fc.oneof(
      fc.constant([]),
      dictionary.map((one) => [one]),
      fc
        .array(dictionary, { maxLength: 2 })
        .map((items): Expression[] => [{ kind: 'list', span, items }]),
    ),
    keys: fc.array(key, { maxLength: 2 }),
  }),
);

const configuration: fc.Arbitrary<Configuration> = fc.record({
  kind: fc.constant('configuration'),
  span: fc.constant(span),
  name: optionalName,
  settings: fc.array(
    fc.oneof(
      opaque,
      fc.record({
        kind: fc.constant('setting' as const),
        span: fc.constant(span),
        instance: name,
        attribute: name,
        value: settingValue,
      }),
    ),
    { maxLength: 4 },
  ),
});

const interfaceMember = fc
  .record({
    span: fc.constant(span),
    optional: fc.constantFrom(undefined, span),
    type: reference,
    size: maybeNumeric,
    name,
    kind: fc.constantFrom('uses' as const, 'provides', 'emits', 'consumes', 'dataport'),
  })
  .map((one) => {
    const isProcedure = one.kind === 'uses' || one.kind === 'provides';
    const first = one.type.parts[0] ?? { text: 'X', span };
    const buffer = one.kind === 'dataport' && one.size !== undefined;
    return {
      ...one,
      optional: one.kind === 'provides' || one.kind === 'emits' ? undefined : one.optional,
      type: isProcedure ? one.type : referenceOf([buffer ? { text: 'Buf', span } : first]),
      size: buffer ? one.size : undefined,
    };
  });

const hasMember = fc
  .record({
    kind: fc.constantFrom('mutex' as const, 'semaphore', 'binary_semaphore', 'copyregion'),
    span: fc.constant(span),
    name,
    size: maybeNumeric,
  })
  .map((one) => ({ ...one, size: one.kind === 'copyregion' ? one.size : undefined }));

const byName = <Kind extends string>(kind: Kind) =>
  reference.map((one) => ({ kind, span, reference: one }));

const { component, composition } = fc.letrec<{ component: Component; composition: Composition }>(
  (tie) => {
    const instance = fc
      .record({
        kind: fc.constant('instance' as const),
        span: fc.constant(span),
        type: reference,
        inline: fc.oneof(
          { maxDepth: 2 },
          fc.constant(undefined),
          tie('component').map((one) => ({ ...one, name: undefined })),
        ),
        name,
      })
      .map((one) => ({
        ...one,
        type: one.inline === undefined ? one.type : referenceOf([{ text: '', span }]),
      }));
    const connection = fc
      .record({
        kind: fc.constant('connection' as const),
        span: fc.constant(span),
        connector: reference,
        inline: fc.option(connector(fc.constant(undefined)), { nil: undefined }),
        name,
        ends: fc.array(
          fc.record({
            kind: fc.constantFrom('from' as const, 'to'),
            span: fc.constant(span),
            reference,
          }),
          { maxLength: 6 },
        ),
      })
      .map((one) => ({
        ...one,
        connector: one.inline === undefined ? one.connector : referenceOf([{ text: '', span }]),
      }));
    const group = fc.record({
      kind: fc.constant('group' as const),
      span: fc.constant(span),
      name: optionalName,
      instances: fc.array(fc.oneof(opaque, instance), { maxLength: 2 }),
    });
    const exported = fc.record({
      kind: fc.constant('export' as const),
      span: fc.constant(span),
      source: reference,
      destination: reference,
    });
    const composed = fc.oneof(tie('composition'), byName('composition-reference' as const));
    const configured = fc.oneof(configuration, byName('configuration-reference' as const));
    return {
      composition: fc.record({
        kind: fc.constant('composition'),
        span: fc.constant(span),
        name: optionalName,
        members: fc.array(
          fc.oneof({ maxDepth: 3 }, opaque, instance, connection, group, exported),
          {
            maxLength: 3,
          },
        ),
      }),
      component: fc
        .record({
          kind: fc.constant('component' as const),
          span: fc.constant(span),
          name: optionalName,
          first: fc.array(
            fc.oneof(
              opaque,
              fc
                .constantFrom('control' as const, 'hardware' as const)
                .map((kind) => ({ kind, span })),
              interfaceMember,
              hasMember,
              attribute,
              importOf('include'),
            ),
            { maxLength: 4 },
          ),
          last: fc.oneof(
            { maxDepth: 3 },
            fc.constant([]),
            composed.map((one) => [one]),
            fc.tuple(composed, configured),
            fc.tuple(configured, composed),
          ),
        })
        .map(({ first, last, ...one }) => ({ ...one, members: [...first, ...last] })),
    };
  },
);

const schedule = fc.record({
  kind: fc.constant('schedule' as const),
  span: fc.constant(span),
  entries: fc.array(
    fc.record({
      span: fc.constant(span),
      domain: number,
      duration: number,
      unit: fc.constantFrom(undefined, 'ticks' as const, 'us'),
    }),
    { minLength: 2, maxLength: 4 },
  ),
});

const assembly = fc
  .record({
    kind: fc.constant('assembly' as const),
    span: fc.constant(span),
    name: optionalName,
    composed: fc.oneof(composition, byName('composition-reference' as const)),
    others: fc.subarray([0, 1, 2]),
    configured: fc.oneof(configuration, byName('configuration-reference' as const)),
    scheduled: schedule,
    between: opaque,
  })
  .map(({ composed, configured, scheduled, between, others, ...one }) => ({
    ...one,
    members: [
      composed,
      ...others.map((index) => [configured, scheduled, between][index] ?? between),
    ],
  }));

const topLevelItem: fc.Arbitrary<Item> = fc.oneof(
  opaque,
  importOf('import'),
  component,
  composition,
  configuration,
  connector(optionalName),
  procedure,
  fc.record({
    kind: fc.constant('struct' as const),
    span: fc.constant(span),
    name,
    fields: fc.array(attribute, { minLength: 1, maxLength: 3 }),
  }),
  assembly,
);

export const camkesTree: fc.Arbitrary<CamkesTree> = fc
  .array(topLevelItem, { maxLength: 4 })
  .map((items) => ({ items }));
