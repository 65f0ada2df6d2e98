/**
 * Whether an attribute can have a value. The reference tools know three types that take a whole number,
 * and compare everything else by its name; `unsigned int` and `bool` take none at all.
 */
import type { FlatSetting } from './flatten.js';
import { textOfValue } from './lift.js';
import { editOf, fixOf, relatedAt, reportIn, type Report } from './report.js';
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

function problemWith(attribute: AttributeDeclaration, value: Value): Problem | undefined {
  if (!attribute.isArray) return problemWithOne(attribute, value);
  if (value.kind !== 'list')
    return { kind: 'no-list', message: 'the attribute is an array, so its value is a list `[…]`.' };
  for (const item of value.items) {
    const problem = problemWithOne(attribute, item);
    if (problem !== undefined)
      return other(`in its list, ${textOfValue(item)} is wrong: ${problem.message}`);
  }
  return undefined;
}

function problemWithOne(attribute: AttributeDeclaration, value: Value): Problem | undefined {
  if (value.kind === 'unknown') return undefined;
  if (attribute.fields !== undefined) return problemWithStruct(attribute.fields, value);
  const type = normal(attribute.type);
  const isRight =
    value.kind === 'integer'
      ? wholeNumberTypes.has(type)
      : value.kind === 'float'
        ? type === 'double' || type === 'float'
        : type === (value.kind === 'dictionary' ? 'dict' : value.kind);
  if (isRight) return undefined;
  return other(
    value.kind === 'integer' && type !== 'string'
      ? `its type is \`${type}\`, and only \`int\`, \`int64_t\` and \`uint64_t\` take a whole number.`
      : `its type is \`${type}\`.`,
  );
}

function problemWithStruct(
  fields: readonly AttributeDeclaration[],
  value: Value,
): Problem | undefined {
  if (value.kind !== 'dictionary')
    return other('its type is a struct, whose value is a dictionary `{"field": value}`.');
  for (const field of fields) {
    const given = fieldOf(value, field.name);
    if (given === undefined && field.initial === undefined)
      return other(`the field \`${field.name}\` of its struct is missing.`);
    const problem = given && problemWith(field, given);
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
