import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { runGuest } from '../../../support/guest-program.js';

const files = Object.fromEntries(
  ['interfaces/ml-coordinator.ts', 'components/MlCoordinator/job-queue.ts'].map((name) => [
    name,
    readFileSync(`runtime/system/${name}`, 'utf8'),
  ]),
);
const start = () =>
  runGuest(
    {
      ...files,
      'app/Main.ts': `
        import { Core, JobQueue } from '../components/MlCoordinator/job-queue';
        import { MlCoordError, MlOutput } from '../interfaces/ml-coordinator';
        let said = '';
        let hasCore = true;
        class TestCore extends Core {
          get isPresent(): bool { return hasCore; }
          start(bundle: string, model: string): MlCoordError {
            said += ' ' + model;
            return model == 'm9' ? MlCoordError.InvalidImage : MlCoordError.Success;
          }
          startTimer(id: u32, milliseconds: u32): bool { said += ' timer' + id.toString(); return milliseconds != 1; }
          cancelTimer(id: u32): void { said += ' cancel' + id.toString(); }
        }
        let jobs = new JobQueue(new TestCore());
        function model(number: i32): string { return 'm' + number.toString(); }
        export function takeSaid(): string { let text = said; said = ''; return text.trim(); }
        export function takeCore(): void { hasCore = false; }
        export function add(client: u32, number: i32, rate: u32): i32 { return jobs.add(client, 'b', model(number), rate); }
        export function addEmpty(): i32 { return jobs.add(1, 'b', '', 0); }
        export function cancel(number: i32): i32 { return jobs.cancel('b', model(number)); }
        export function finish(): u32 { return jobs.finished(new MlOutput()); }
        export function tick(mask: u32): void { jobs.timersCompleted(mask); }
        export function completed(client: u32): u32 { return jobs.takeCompleted(client); }
        export function output(number: i32): i32 {
          let output = jobs.output('b', model(number));
          return output ? <i32>output.jobNumber : -1;
        }
        export function lines(): string { return jobs.lines().join('|'); }
      `,
    },
    { arenaBytes: 0x20_0000 },
  );
let guest = start();
const number = (name: string, ...args: number[]): number => Number(guest.call(name, ...args));
const said = (): string => guest.text(guest.call('takeSaid'));
const lines = (): string => guest.text(guest.call('lines'));
const error = { loadFailed: 3, noSlots: 4, noModel: 5, timer: 2, noCore: 11 };

describe('the queue of models', () => {
  beforeEach(() => {
    guest = start();
  });

  it('runs one after the other, and tells the client of each', () => {
    assert.deepEqual(
      [number('add', 7, 1, 0), number('add', 8, 2, 0), number('add', 7, 3, 0)],
      [0, 0, 0],
    );
    assert.equal(said(), 'm1');
    assert.equal(number('add', 7, 1, 0), error.loadFailed);
    assert.match(
      lines(),
      /^Running model: b:m1\|Loadable Models:\|.*\|Execution Queue:\| {2}b:m2\| {2}b:m3\|/,
    );
    assert.equal(number('finish'), 7);
    assert.equal(said(), 'm2');
    assert.equal(number('finish'), 8);
    assert.equal(number('finish'), 7);
    assert.equal(number('completed', 7), 0b101);
    assert.equal(number('completed', 7), 0);
    assert.equal(number('completed', 8), 0b010);
    assert.deepEqual([number('output', 1), number('output', 2), number('output', 4)], [1, 2, -1]);
    assert.equal(number('add', 7, 1, 0), 0);
  });

  it('runs a periodic one at each of its times, but for those at which it waits or runs', () => {
    assert.equal(number('add', 7, 1, 100), 0);
    assert.equal(said(), 'timer0 m1');
    guest.call('tick', 1);
    assert.match(lines(), /already_queued: 1 /);
    number('finish');
    guest.call('tick', 1);
    assert.equal(said(), 'm1');
    assert.equal(number('cancel', 1), 0);
    assert.equal(said(), 'cancel0');
    assert.equal(number('finish'), 0);
    assert.equal(number('cancel', 1), error.noModel);
    assert.equal(number('add', 7, 2, 1), error.timer);
  });

  it('goes on behind one that cannot be loaded', () => {
    number('add', 7, 1, 0);
    number('add', 7, 9, 0);
    number('add', 7, 2, 0);
    number('finish');
    assert.equal(said(), 'm1 m9 m2');
    assert.match(lines(), /load_failures: 1,/);
  });

  it('has room for so many', () => {
    for (let each = 10; each < 42; each++) assert.equal(number('add', 7, each, 0), 0);
    assert.equal(number('add', 7, 42, 0), error.noSlots);
    assert.equal(number('cancel', 20), 0);
    assert.equal(number('add', 7, 42, 0), 0);
  });

  it('takes nothing without a core, and says so', () => {
    guest.call('takeCore');
    assert.equal(number('add', 7, 1, 0), error.noCore);
    assert.equal(number('addEmpty'), error.noModel);
    assert.match(lines(), /^There is no ML core on this board\.\|No running model\./);
  });
});
