/** Configurations: settings `instance.attribute = value;` and `instance.attribute <- other.attribute;`. */
import { isQuery, item, lookups, query } from './parse-expression.js';
import {
  at,
  endStatement,
  expectName,
  expectReference,
  isText,
  missingName,
  peek,
  readBlock,
  referenceOf,
  reportExpected,
  reportMeaning,
  spanFrom,
  tryOpaque,
  tryTake,
  type Parser,
} from './parser.js';
import type { Configuration, Name, Opaque, Setting, SettingValue } from './tree.js';

const members: ReadonlySet<string> = new Set();

/** From its `{` on. */
export function configurationBody(
  parser: Parser,
  start: number,
  name: Name | undefined,
): Configuration {
  const settings: (Setting | Opaque)[] = [];
  const what = name === undefined ? 'a configuration' : `configuration \`${name.text}\``;
  readBlock(parser, { what, members }, (token) => {
    if (token.kind !== 'word') return 'unknown';
    const isOpaque = !['.', '=', '<-'].some((text) => isText(peek(parser, 1), text));
    const member = (isOpaque ? tryOpaque(parser) : undefined) ?? setting(parser);
    settings.push(member);
    return 'read';
  });
  return { kind: 'configuration', span: spanFrom(parser, start), name, settings };
}

function setting(parser: Parser): Setting {
  const { start } = peek(parser);
  const names = settingNames(parser);
  const [instance, attribute] = names;
  const value = settingValue(parser);
  endStatement(parser);
  return {
    kind: 'setting',
    span: spanFrom(parser, start),
    instance: instance ?? missingName(parser),
    attribute: attribute ?? missingName(parser),
    value,
  };
}

function settingNames(parser: Parser): Name[] {
  const { mistakes } = parser;
  const names = [expectName(parser, 'the name of an instance or a connection')];
  if (names[0]?.text === '') return names;
  if (!at(parser, '.')) {
    reportExpected(parser, '`.` and the name of an attribute');
    return names;
  }
  while (tryTake(parser, '.') !== undefined) {
    names.push(expectName(parser, 'the name of an attribute'));
  }
  const { text, span } = referenceOf(names);
  if (names.length > 2) {
    reportMeaning(
      parser,
      mistakes,
      span,
      'setting-name',
      `\`${text}\` has ${names.length} parts, but a setting is \`instance.attribute\`: what is inside of an instance is set by the configuration of its component.`,
    );
  }
  return names;
}

function settingValue(parser: Parser): SettingValue {
  if (tryTake(parser, '<-') !== undefined) {
    const reference = expectReference(parser, 'another attribute, as `instance.attribute`,');
    return { kind: 'reference', reference, keys: lookups(parser) };
  }
  if (tryTake(parser, '=') === undefined) {
    reportExpected(parser, '`=` and a value, or `<-` and another attribute');
    const { span } = missingName(parser);
    return { kind: 'expression', expression: { kind: 'unknown', span, name: '' } };
  }
  if (isQuery(parser)) return query(parser);
  return { kind: 'expression', expression: item(parser) };
}
