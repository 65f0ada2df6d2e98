import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  builtinPath,
  builtinPaths,
  builtinText,
  isBuiltin,
} from '../../../../runtime/toolchain/camkes/builtin-library.js';
import { connectorRow, connectorTable } from '../../../../runtime/toolchain/camkes/connectors.js';
import { connectorType, newLift } from '../../../../runtime/toolchain/camkes/lift.js';
import { newReport } from '../../../../runtime/toolchain/camkes/report.js';
import { checkCamkes } from '../../../support/camkes-fixture.js';

describe('the table of connectors', () => {
  it('has each name once, and a sentence for each', () => {
    const names = connectorTable.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { becomes, name } of connectorTable)
      assert.match(becomes, /^[A-Z].*\.$/s, `${name}: ${becomes}`);
    assert.equal(connectorRow('Own'), undefined);
  });

  it('is what the built-in library declares', () => {
    const { symbols } = checkCamkes(
      'import <std_connector.camkes>; import <global-connectors.camkes>;'.replace(
        /import <([^>]*)>;/g,
        '«unused-import:import <$1>;»',
      ),
    );
    const lift = newLift(newReport(), { isComposite: () => false, headerTypes: () => new Map() });
    const declared = symbols.symbols.flatMap((symbol) =>
      symbol.kind === 'connector' ? [{ name: symbol.name, type: connectorType(lift, symbol) }] : [],
    );
    assert.equal(declared.length, connectorTable.length);
    for (const { name, type } of declared) {
      const row = connectorRow(name);
      assert.deepEqual(
        { from: type?.from, to: type?.to, attributes: type?.attributes.map((each) => each.name) },
        { from: row?.from, to: row?.to, attributes: row?.attributes ?? [] },
        name,
      );
    }
  });
});

describe('the built-in library', () => {
  it('is found by the names that assemblies import', () => {
    assert.equal(builtinPath('std_connector.camkes'), 'builtin:/std_connector.camkes');
    assert.equal(builtinPath('none.camkes'), undefined);
    assert.equal(builtinText('builtin:/none.camkes'), undefined);
    assert.equal(builtinText('std_connector.camkes'), undefined);
    assert.ok(isBuiltin('builtin:/x'));
    for (const path of builtinPaths()) assert.ok(builtinText(path));
  });

  it('gives way to a file of that name on the import path', () => {
    const { files } = checkCamkes({
      'a.camkes': 'import <std_connector.camkes>;\ncomponent C { maybe uses P p; }',
      'lib/std_connector.camkes': 'procedure P {}',
    });
    assert.deepEqual([...files.keys()], ['a.camkes', 'lib/std_connector.camkes']);
  });
});
