/**
 * The setting `app` of a `cantrip.json`: the program is an application that is loaded into a running system, not what
 * a system begins with.
 *   { "program": "hello.ts", "app": { "manifest": "hello.manifest", "heap": "16K", "objects": ["libm.a"] } }
 */
import type { Range } from '../text/diagnostic.js';
import type { JsonValue } from './json-text.js';
import { parseSize } from './size.js';

export interface ApplicationSetting {
  /** As written, relative to the file's folder. */
  readonly manifest: { readonly path: string; readonly range: Range };
  /** The arena of guest TypeScript, or what `malloc` gives in C. */
  readonly heap?: { readonly bytes: number; readonly range: Range };
  /** What is linked with the program. */
  readonly objects: readonly { readonly path: string; readonly range: Range }[];
}

type Report = (range: Range, code: string, message: string) => unknown;

const names = ['manifest', 'heap', 'objects'];

/** Undefined when it is wrong, which has been reported. */
export function readApplicationSetting(
  value: JsonValue,
  report: Report,
): ApplicationSetting | undefined {
  if (value.kind !== 'object') {
    report(
      value.range,
      'bad-setting',
      'An application must be an object: { "manifest": "hello.manifest", "heap": "16K" }.',
    );
    return undefined;
  }
  let manifest: ApplicationSetting['manifest'] | undefined;
  let heap: ApplicationSetting['heap'];
  let objects: ApplicationSetting['objects'] = [];
  const problems: Range[] = [];
  const wrong: Report = (range, ...problem) => {
    problems.push(range);
    report(range, ...problem);
  };
  for (const { name, nameRange, value: given } of value.members) {
    if (name === 'manifest') {
      const [path] = pathsOf(given);
      if (path === undefined || given.kind === 'array')
        wrong(given.range, 'bad-setting', 'The manifest must be a path in double quotes.');
      else manifest = path;
    } else if (name === 'heap') {
      const text = given.kind === 'string' || given.kind === 'number' ? String(given.value) : '';
      const bytes = parseSize(text);
      if (bytes !== undefined) heap = { bytes, range: given.range };
      else
        wrong(
          given.range,
          'bad-setting',
          'The heap must be a size such as "16K", a multiple of 4 KiB.',
        );
    } else if (name === 'objects') {
      objects = pathsOf(given);
      const isList = given.kind === 'array' && objects.length === given.items.length;
      if (!isList)
        wrong(given.range, 'bad-setting', 'The objects must be a list: ["code.o", "libm.a"].');
    } else
      wrong(
        nameRange,
        'unknown-setting',
        `An application has no setting "${name}"; there are ${names.map((each) => `"${each}"`).join(', ')}.`,
      );
  }
  if (manifest === undefined && problems.length === 0)
    wrong(
      value.range,
      'missing-setting',
      'The setting "manifest" is missing; it names the file that says what the application is called and what it may have.',
    );
  if (manifest === undefined || problems.length > 0) return undefined;
  return { manifest, ...(heap === undefined ? {} : { heap }), objects };
}

const pathsOf = (value: JsonValue): { readonly path: string; readonly range: Range }[] =>
  (value.kind === 'array' ? value.items : [value]).flatMap((item) =>
    item.kind === 'string' && item.value !== '' ? [{ path: item.value, range: item.range }] : [],
  );
