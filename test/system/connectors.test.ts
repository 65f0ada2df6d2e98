/**
 * Every connector of the table, in a system that is booted: what it prints shows that the connection works. Those between
 * components in guest TypeScript are booted in guest-components.test.ts, where its compiler is loaded.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectorTable } from '../../runtime/toolchain/camkes/connectors.js';
import { checkConnector } from '../support/connectors/check-connector.js';
import { connectorCases, impossibleConnectors } from '../support/connectors/connector-cases.js';
import { guestConnectorCases } from '../support/connectors/guest.js';

describe('a booted system, and its live capabilities', () => {
  for (const each of connectorCases)
    it(`${each.title ?? each.connectors.join(' and ')}: what one component gives arrives at the other`, () => {
      checkConnector(each);
    });
});

describe('the table of connectors', () => {
  it('has none that is neither in a booted system nor in the list of those that cannot be', () => {
    const told = [
      ...[...connectorCases, ...guestConnectorCases].flatMap(({ connectors }) => connectors),
      ...Object.keys(impossibleConnectors),
    ];
    assert.deepEqual(
      connectorTable.map(({ name }) => name).filter((name) => !told.includes(name)),
      [],
    );
    assert.deepEqual(
      told.filter((name, index) => told.indexOf(name) !== index),
      [],
    );
  });
});
