import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runGuest } from '../../../support/guest-program.js';

const table = 'runtime/system/components/DebugConsole/commands/usage-table.ts';
const guest = runGuest(
  {
    'app/usage-table.ts': readFileSync(table, 'utf8'),
    'app/Main.ts': `
      import { USAGE_HEADING, UsageRow, restText, sortedRows } from './usage-table';
      let rows: UsageRow[] = [];
      export function look(letter: u32, before: u32, since: u32): void {
        rows.push(new UsageRow(String.fromCharCode(letter), before, since));
      }
      export function again(index: i32, total: u32, now: u32): void { rows[index].end(total, now, 4096); }
      export function show(): string {
        let text = USAGE_HEADING;
        let sorted = sortedRows(rows);
        for (let index = 0; index < sorted.length; index++) text += '\\n' + sorted[index].toString();
        text += '\\n' + restText(sorted);
        rows = [];
        return text;
      }
    `,
  },
  { arenaBytes: 0x10_0000 },
);
const look = (name: string, before: number, since: number): void => {
  guest.call('look', name.charCodeAt(0), before, since);
};
const shown = (): string[] => guest.text(guest.call('show')).split('\n');

describe('the table of the command top', () => {
  it('has who used most first, each with its share of the time between its own two looks', () => {
    look('a', 500, 1000);
    look('b', 10_000, 2000);
    look('c', 0, 3000);
    guest.call('again', 0, 1500, 1_001_000);
    guest.call('again', 1, 310_000, 1_002_000);
    guest.call('again', 2, 300_000, 603_000);
    assert.deepEqual(shown(), [
      'NAME                              CPU % MICROSECONDS   MEMORY',
      'c                                  50.0       300000     4096',
      'b                                  30.0       300000     4096',
      'a                                   0.1         1000     4096',
      '(all else)                         19.9',
    ]);
  });

  it('leaves out who is gone, and takes who was started again from its start', () => {
    look('a', 900_000, 0);
    look('b', 0, 0);
    guest.call('again', 0, 250, 1000);
    assert.deepEqual(shown().slice(1), [
      'a                                  25.0          250     4096',
      '(all else)                         75.0',
    ]);
  });

  it('has no share of no time, and none above the whole', () => {
    look('a', 0, 5);
    look('b', 0, 5);
    guest.call('again', 0, 10, 5);
    guest.call('again', 1, 10, 10);
    assert.deepEqual(shown().slice(1), [
      'b                                 100.0           10     4096',
      'a                                   0.0           10     4096',
      '(all else)                          0.0',
    ]);
  });
});
