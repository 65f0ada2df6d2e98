/** Boots the system of a connector: what it prints, and its capabilities against the specification. */
import assert from 'node:assert/strict';
import type { BuildOptions } from '../../../runtime/toolchain/build.js';
import { bootBuilt, buildTexts, problemsOf } from '../component-system.js';
import type { ConnectorCase } from './connector-case.js';

export function checkConnector(
  { texts, prints, differences = [] }: ConnectorCase,
  options: Partial<BuildOptions> = {},
): void {
  const built = buildTexts(texts, 'system.camkes', options);
  assert.deepEqual(
    built.diagnostics.filter(({ severity }) => severity !== 'information'),
    [],
    problemsOf(built).join(),
  );
  const ran = bootBuilt(built);
  assert.deepEqual(ran.console.split('\n').slice(0, -1), prints);
  assert.deepEqual(ran.differences, differences);
}
