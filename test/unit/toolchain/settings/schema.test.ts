import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { connectorTable } from '../../../../runtime/toolchain/camkes/connectors.js';
import { architectureNames } from '../../../../runtime/toolchain/settings/architecture-name.js';
import {
  boardNames,
  camkesDialects,
  kernelChoices,
  readCantripJson,
  settingNames,
} from '../../../../runtime/toolchain/settings/cantrip-json.js';

interface Property {
  readonly enum?: readonly string[];
  readonly additionalProperties?: Property;
}

interface Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

const schema = JSON.parse(readFileSync('extension/schema/cantrip.schema.json', 'utf8')) as Schema;

describe('the JSON schema of cantrip.json', () => {
  it('has the settings that the reader has', () => {
    assert.deepEqual(Object.keys(schema.properties), settingNames());
    assert.deepEqual(schema.required, ['program']);
  });

  it('has the choices that the reader has', () => {
    assert.deepEqual(schema.properties['board']?.enum, boardNames);
    assert.deepEqual(schema.properties['kernel']?.enum, kernelChoices);
    assert.deepEqual(schema.properties['dialect']?.enum, camkesDialects);
    assert.deepEqual(schema.properties['architecture']?.enum, architectureNames);
    assert.deepEqual(
      schema.properties['connectors']?.additionalProperties?.enum,
      connectorTable.map(({ name }) => name),
    );
  });
});

describe('the CAmkES settings of cantrip.json', () => {
  const problemsOf = (member: string): string[] =>
    readCantripJson('cantrip.json', `{ "program": "a.camkes", ${member} }`).diagnostics.map(
      ({ range, message }) => `${range.start.character}-${range.end.character} ${message}`,
    );

  it('may be wrong, each at its own characters', () => {
    assert.deepEqual(problemsOf('"dialect": "kata"'), [
      '36-42 The dialect must be "upstream" or "sparrow".',
    ]);
    assert.deepEqual(problemsOf('"importPaths": "parts"'), [
      '40-47 The paths must be a list: ["components", "interfaces"].',
    ]);
    assert.deepEqual(problemsOf('"includePaths": [""]'), [
      '41-45 The paths must be a list: ["components", "interfaces"].',
    ]);
    assert.deepEqual(problemsOf('"defines": ["A"]'), [
      '36-41 The defines must be an object: { "NAME": "1" }.',
    ]);
    assert.deepEqual(problemsOf('"defines": { "A-B": 1, "C": null, "D": 2 }'), [
      '38-43 "A-B" is no name for a macro: letters, digits and _.',
      '53-57 The value of a macro must be a number or one line of text.',
    ]);
  });
});
