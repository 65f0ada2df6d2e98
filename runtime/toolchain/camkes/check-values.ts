/**
 * Whether an attribute can have a value. The reference tools know three types that take a whole number,
 * and compare everything else by its name; `unsigned int` and `bool` take none at all, but for a default, which they
 * do not look at.
 */
import { cTypeOf } from '../components/c-types.js';
import type { FlatSetting } from './flatten.js';
import { textOfValue } from './lift.js';
import { editOf, fixOf, relatedAt, reportIn, type Report } from './report.js';
import { membersOfKind, type CamkesSymbol } from './symbol.js';
import type { AttributeDeclaration } from './system.js';
import type { SettingValue } from './tree.js';
import type { Value } from './value.js';
import type { Span } from '../text/source-text.js';

export function checkValue(
  report: Report,
  setting: FlatSetting,
  attribute: AttributeDeclaration,
  value: Value,
): void {
  if (value.kind === 'unknown') return;
  const span = spanOfValue(setting.node.value);
  const { file } = setting;
  const problem = problemWith(attribute, value);
  if (problem !== undefined) {
    const wrap =
      problem.kind === 'no-list' && setting.node.value.kind === 'expression'
        ? [
            fixOf('Make it a list', [
              editOf(file, { start: span.start, end: span.start }, '['),
              editOf(file, { start: span.end, end: span.end }, ']'),
            ]),
          ]
        : [];
    reportIn(report, file, span, {
      code: 'mistyped-setting',
      message: `\`${setting.node.instance.text}.${attribute.name}\` cannot be ${textOfValue(value)}: ${problem.message}`,
      related: [relatedAt(attribute.place, `\`${attribute.name}\` is declared here.`)],
      fixes: wrap,
    });
    return;
  }
  for (const name of extraFields(attribute, value))
    reportIn(report, file, span, {
      severity: 'warning',
      code: 'extra-field',
      message: `The struct of \`${attribute.name}\` has no field \`${name}\`, so what is said for it is lost.`,
      related: [relatedAt(attribute.place, `\`${attribute.name}\` is declared here.`)],
    });
}

/** Every default, used or not. */
export function checkDefaults(
  report: Report,
  symbols: readonly CamkesSymbol[],
  declarationOf: (symbol: CamkesSymbol<'attribute'>) => AttributeDeclaration,
): void {
  for (const symbol of symbols) {
    if (symbol.kind !== 'component' && symbol.kind !== 'struct') continue;
    for (const each of membersOfKind(symbol, 'attribute')) {
      const { value: written } = each.node;
      const attribute = declarationOf(each);
      const value = attribute.initial;
      if (written === undefined || value === undefined || value.kind === 'unknown') continue;
      const problem = problemWith(attribute, value, 'default');
      if (problem === undefined) continue;
      reportIn(report, each.file, written.span, {
        code: 'mistyped-default',
        message: `\`${attribute.name}\` cannot be ${textOfValue(value)}: ${problem.message}`,
      });
    }
  }
}

function spanOfValue(value: SettingValue): Span {
  switch (value.kind) {
    case 'expression':
      return value.expression.span;
    case 'reference':
      return value.reference.span;
    case 'query':
      return value.span;
  }
}

interface Problem {
  readonly kind: 'no-list' | 'other';
  readonly message: string;
}

const other = (message: string): Problem => ({ kind: 'other', message });

const wholeNumberTypes: ReadonlySet<string> = new Set(['int', 'uint64_t', 'int64_t']);
const intNames: ReadonlySet<string> = new Set([
  'integer',
  'signed',
  'signed int',
  'signed integer',
]);

const normal = (type: string): string => (intNames.has(type) ? 'int' : type);

/** `setting` is as strict as the reference tools are. */
type Origin = 'setting' | 'default';

function problemWith(
  attribute: AttributeDeclaration,
  value: Value,
  origin: Origin = 'setting',
): Problem | undefined {
  if (!attribute.isArray) return problemWithOne(attribute, value, origin);
  if (value.kind !== 'list')
    return { kind: 'no-list', message: 'the attribute is an array, so its value is a list `[…]`.' };
  for (const item of value.items) {
    const problem = problemWithOne(attribute, item, origin);
    if (problem !== undefined)
      return other(`in its list, ${textOfValue(item)} is wrong: ${problem.message}`);
  }
  return undefined;
}

function problemWithOne(
  attribute: AttributeDeclaration,
  value: Value,
  origin: Origin,
): Problem | undefined {
  if (value.kind === 'unknown') return undefined;
  if (attribute.fields !== undefined) return problemWithStruct(attribute.fields, value, origin);
  const type = normal(attribute.type);
  if (!fitsType(type, value, origin))
    return other(
      value.kind === 'integer' && type !== 'string'
        ? `its type is \`${type}\`, and only \`int\`, \`int64_t\` and \`uint64_t\` take a whole number.`
        : `its type is \`${type}\`.`,
    );
  return value.kind === 'integer' ? problemWithNumber(type, value.value) : undefined;
}

function fitsType(type: string, value: Value, origin: Origin): boolean {
  if (type === 'string') return value.kind === 'string';
  if (origin === 'default' && cTypeOf(type) !== undefined) return value.kind === 'integer';
  if (value.kind === 'integer') return wholeNumberTypes.has(type);
  if (value.kind === 'float') return type === 'double' || type === 'float';
  return type === (value.kind === 'dictionary' ? 'dict' : value.kind);
}

/** As C has it: what the bits hold with a sign, or without. */
function problemWithNumber(type: string, value: bigint): Problem | undefined {
  if (!wholeNumberTypes.has(type)) return undefined;
  const bits = BigInt(8 * (cTypeOf(type)?.sizeBytes ?? 8));
  const least = -(1n << (bits - 1n));
  const most = (1n << bits) - 1n;
  if (value >= least && value <= most) return undefined;
  return other(
    `its type is \`${type}\`, which has ${String(bits)} bits, for ${String(least)} to ${String(most)}.`,
  );
}

function problemWithStruct(
  fields: readonly AttributeDeclaration[],
  value: Value,
  origin: Origin,
): Problem | undefined {
  if (value.kind !== 'dictionary')
    return other('its type is a struct, whose value is a dictionary `{"field": value}`.');
  for (const field of fields) {
    const given = fieldOf(value, field.name);
    if (given === undefined && field.initial === undefined)
      return other(`the field \`${field.name}\` of its struct is missing.`);
    const problem = given && problemWith(field, given, origin);
    if (problem !== undefined) return other(`in its field \`${field.name}\`, ${problem.message}`);
  }
  return undefined;
}

const fieldOf = (
  { entries }: Extract<Value, { kind: 'dictionary' }>,
  name: string,
): Value | undefined => entries.find(([key]) => key.kind === 'string' && key.value === name)?.[1];

function extraFields({ fields, isArray }: AttributeDeclaration, value: Value): string[] {
  if (fields === undefined) return [];
  const values = isArray && value.kind === 'list' ? value.items : [value];
  const known = new Set(fields.map(({ name }) => name));
  return values.flatMap((each) =>
    each.kind === 'dictionary'
      ? each.entries.flatMap(([key]) =>
          key.kind === 'string' && !known.has(key.value) ? [key.value] : [],
        )
      : [],
  );
}
