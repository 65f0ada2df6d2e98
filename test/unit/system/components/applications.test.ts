import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const interfaces = ['sdk-runtime', 'sdk-management', 'ml-coordinator', 'timer-service'];
const files = Object.fromEntries(
  [
    ...interfaces.map((name) => `interfaces/${name}.ts`),
    ...['application', 'applications', 'audio', 'fault-text', 'timers'].map(
      (name) => `components/SDKRuntime/${name}.ts`,
    ),
  ].map((name) => [name, readFileSync(`runtime/system/${name}`, 'utf8')]),
);

const start = () =>
  runGuest(
    {
      ...files,
      'app/Main.ts': `
        import { Application } from '../components/SDKRuntime/application';
        import { Answer, Applications, Services } from '../components/SDKRuntime/applications';
        import { faultLines } from '../components/SDKRuntime/fault-text';
        import { MlCoordError, MlOutput } from '../interfaces/ml-coordinator';
        import { SdkError, SdkRequest } from '../interfaces/sdk-runtime';
        import { TimerServiceError } from '../interfaces/timer-service';
        import { Writer } from 'sel4/postcard';
        let said = '';
        let done: u32 = 0;
        let timers: u32 = 0;
        let clock: u64 = 1000;
        let alarm: u64 = u64.MAX_VALUE;
        let job: u32 = 0;
        let modelError = MlCoordError.Success;
        let keys = new Map<string, Uint8Array>();
        function say(text: string): void { said += said.length > 0 ? '; ' + text : text; }
        function numberIn(bytes: Uint8Array | null): string {
          if (!bytes) return '';
          let text = '';
          for (let at = 0; at < min(bytes.length, 5); at++) text += ' ' + bytes[at].toString();
          return text;
        }
        class TestServices extends Services {
          log(text: string): void { say('log ' + text); }
          readKey(appId: string, key: string): Uint8Array | null {
            return keys.has(appId + '/' + key) ? keys.get(appId + '/' + key) : null;
          }
          writeKey(appId: string, key: string, value: Uint8Array): SdkError {
            if (key == 'full') return SdkError.OutOfResources;
            keys.set(appId + '/' + key, value);
            return SdkError.Success;
          }
          deleteKey(appId: string, key: string): bool { return keys.delete(appId + '/' + key); }
          startTimer(id: u32, milliseconds: u32, isPeriodic: bool): TimerServiceError {
            if ((timers >> id) & 1) return TimerServiceError.TimerAlreadyExists;
            timers |= 1 << id;
            if (id == 0) alarm = clock + <u64>milliseconds * 10;
            return TimerServiceError.Success;
          }
          cancelTimer(id: u32): void { timers &= ~(<u32>1 << id); }
          now(): u64 { return clock; }
          hasDevice(device: string): bool { return device != 'none'; }
          completedTimers(): u32 { let mask = done; done = 0; return mask; }
          startModel(appId: string, model: string, milliseconds: u32, isPeriodic: bool): MlCoordError { return modelError; }
          cancelModel(appId: string, model: string): MlCoordError { say('cancel ' + model); return MlCoordError.Success; }
          modelOutput(appId: string, model: string): MlOutput | null {
            if (job == 0) return null;
            let output = new MlOutput();
            output.jobNumber = job;
            return output;
          }
          transfer(device: string, write: Uint8Array, readCount: u32): Uint8Array | null {
            return device == 'broken' ? null : new Uint8Array(readCount);
          }
          tellManager(): void { say('event'); }
          answer(app: Application, error: SdkError, bytes: Uint8Array | null): void {
            say(app.id + ' is answered ' + error.toString() + numberIn(bytes));
          }
        }
        let services = new TestServices();
        let applications = new Applications(services);
        function name(number: i32): string { return 'app' + number.toString(); }
        export function takeSaid(): string { let text = said; said = ''; return text; }
        export function add(number: i32): u32 {
          let app = applications.add(name(number));
          return app ? app.badge : 0;
        }
        export function addLong(): u32 { let app = applications.add('x'.repeat(65)); return app ? app.badge : 0; }
        export function remove(number: i32): void {
          let app = applications.named(name(number));
          if (app) applications.remove(app);
        }
        export function grant(number: i32): i32 {
          return applications.grant(name(number), 'thermometer') + applications.grant(name(number), 'broken');
        }
        function answerOf(answer: Answer): string {
          if (answer.isDeferred) return 'later';
          if (answer.isFinal) return 'never';
          return answer.error.toString() + numberIn(answer.bytes);
        }
        export function ask(badge: u32, verb: u32, number: u32, duration: u32): string {
          return asked(badge, verb, number, duration, 'foo', '123');
        }
        export function transfer(badge: u32, what: i32, count: u32): string {
          return asked(badge, 90, count, 0, what == 0 ? 'thermometer' : what == 1 ? 'broken' : 'accelerometer', 'x');
        }
        export function log(badge: u32, length: i32): string { return asked(badge, 65, 0, 0, '', 'x'.repeat(length)); }
        export function logSigns(badge: u32): string { return asked(badge, 65, 0, 0, '', 'a\\n\\u001b[2Jb'); }
        export function write(badge: u32, length: i32): string { return asked(badge, 67, 0, 0, 'foo', 'v'.repeat(length)); }
        function asked(badge: u32, verb: u32, number: u32, duration: u32, name: string, text: string): string {
          let app = applications.find(badge);
          if (!app) return 'nobody';
          let request = new SdkRequest(verb);
          request.number = number;
          request.duration = duration;
          request.name = name;
          request.bytes = Uint8Array.wrap(String.UTF8.encode(text));
          let bytes = new Uint8Array(3000);
          request.encode(Writer.over(bytes));
          return answerOf(applications.serve(app, verb, bytes));
        }
        export function garbage(badge: u32, verb: u32, byte: u32, length: i32): string {
          let app = applications.find(badge);
          let bytes = new Uint8Array(length);
          bytes.fill(<u8>byte);
          return app ? answerOf(applications.serve(app, verb, bytes)) : 'nobody';
        }
        let given = new Uint8Array(3000);
        export function put(at: i32, byte: u32): void { given[at] = <u8>byte; }
        /** The bytes that were put; what is behind them is no part of the request. */
        export function raw(badge: u32, verb: u32, length: i32): string {
          let app = applications.find(badge);
          return app ? answerOf(applications.serve(app, verb, given.slice(0, length))) : 'nobody';
        }
        /** Milliseconds go by, and the alarm rings where it is due. */
        export function pass(milliseconds: u32): void {
          let end = clock + <u64>milliseconds * 10;
          while ((timers & 1) != 0 && alarm <= end) {
            clock = max(clock, alarm);
            timers &= ~1;
            done |= 1;
            applications.timersCompleted();
          }
          clock = end;
        }
        export function complete(mask: u32): void { done |= mask; applications.timersCompleted(); }
        export function runModel(error: i32): void { modelError = error; }
        export function finishJob(number: u32): void { job = number; applications.modelsCompleted(); }
        export function runningTimers(): u32 { return timers; }
        export function fault(badge: u32): void {
          let app = applications.find(badge);
          if (app) applications.faulted(app, 6, 0x10074, 0);
        }
        export function next(): string {
          let event = applications.nextEvent();
          if (!event) return 'none';
          let parts: u32[] = [event.kind, event.code, event.ip];
          return event.appId + ' ' + parts.join(' ');
        }
        export function lines(label: u32): string {
          let words = new StaticArray<u32>(11);
          words[0] = 0x10074; words[1] = 0xfffffffc; words[2] = 3; words[3] = 7; words[10] = 99;
          return faultLines(label, words).join('|');
        }
      `,
    },
    { arenaBytes: 0x80_0000 },
  );

let guest = start();
const text = (name: string, ...args: number[]): string => guest.text(guest.call(name, ...args));
const number = (name: string, ...args: number[]): number => Number(guest.call(name, ...args)) >>> 0;
const ask = (badge: number, verb: number, id = 0, duration = 0): string =>
  text('ask', badge, verb, id, duration);
const verbs = { ping: 64, read: 66, write: 67, delete: 68, oneshot: 69, periodic: 70, cancel: 71 };
const waits = { timers: 72, poll: 73, oneshotModel: 74, periodicModel: 75, model: 77, output: 79 };
/** The whole answers with an error and nothing else. */
const [malformed, noSupport, noModel] = ['1', '13', '14'];
const [badRange, badParameter, badState] = ['19', '20', '21'];
const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const raw = (badge: number, verb: number, bytes: readonly number[]): string => {
  bytes.forEach((byte, at) => guest.call('put', at, byte));
  return text('raw', badge, verb, bytes.length);
};
const error = { unknown: 9, noTimer: 11, exists: 12, invalidTimer: 15, resources: 17 };

describe('the applications of the SDK runtime', () => {
  beforeEach(() => {
    guest = start();
  });

  it('have badges of their own, which are not given out again', () => {
    assert.equal(number('add', 1), 1);
    assert.equal(number('add', 2), 2);
    assert.equal(number('add', 1), 0);
    assert.equal(number('addLong'), 0);
    guest.call('remove', 1);
    assert.equal(number('add', 1), 3);
    assert.equal(ask(1, verbs.ping), 'nobody');
    assert.equal(ask(3, verbs.ping), '0');
  });

  it('read, write and delete keys of their own', () => {
    const [one, other] = [number('add', 1), number('add', 2)];
    assert.equal(ask(one, verbs.read), '5');
    assert.equal(ask(one, verbs.write), '0');
    assert.equal(ask(one, verbs.read), '0 3 49 50 51');
    assert.equal(ask(other, verbs.read), '5');
    assert.equal(ask(one, verbs.delete), '0');
    assert.equal(ask(one, verbs.delete), '7');
    assert.equal(text('write', one, 100), '0');
    assert.equal(text('write', one, 101), '6');
    const full = [4, ...Buffer.from('full'), 1, 7];
    assert.equal(raw(one, verbs.write, full), String(error.resources));
  });

  it('have timers, whose errors are those of CantripOS', () => {
    const badge = number('add', 1);
    assert.equal(ask(badge, verbs.cancel), String(error.invalidTimer));
    assert.equal(ask(badge, verbs.cancel, 31), String(error.noTimer));
    assert.equal(ask(badge, waits.poll), '0 0 0 0 0');
    assert.equal(ask(badge, waits.timers), '0 0 0 0 0');
    assert.equal(ask(badge, verbs.oneshot, 99, 100), String(error.noTimer));
    assert.equal(ask(badge, verbs.oneshot, 5, 100), '0');
    assert.equal(ask(badge, verbs.oneshot, 5, 100), String(error.exists));
    assert.equal(ask(badge, verbs.periodic, 6, 0), String(error.invalidTimer));
    guest.call('pass', 100);
    assert.equal(ask(badge, waits.timers), '0 32 0 0 0');
    assert.equal(ask(badge, waits.timers), '0 0 0 0 0');
  });

  it('wait without keeping others from asking', () => {
    const [one, other] = [number('add', 1), number('add', 2)];
    ask(one, verbs.periodic, 0, 100);
    ask(other, verbs.oneshot, 30, 50);
    assert.equal(ask(one, waits.timers), 'later');
    assert.equal(ask(other, waits.timers), 'later');
    guest.call('pass', 50);
    assert.equal(text('takeSaid'), 'app2 is answered 0 0 0 0 64');
    assert.equal(ask(other, verbs.ping), '0');
    guest.call('pass', 50);
    assert.equal(text('takeSaid'), 'app1 is answered 0 1 0 0 0');
    assert.equal(ask(one, waits.timers), 'later');
    guest.call('pass', 99);
    assert.equal(text('takeSaid'), '');
    guest.call('pass', 1);
    assert.equal(text('takeSaid'), 'app1 is answered 0 1 0 0 0');
  });

  it('each have all of their timers, whatever others take', () => {
    const badges = [1, 2, 3, 4].map((each) => number('add', each));
    for (const badge of badges)
      for (let id = 0; id < 31; id += 1)
        assert.equal(ask(badge, verbs.periodic, id, 10 + id), '0', `${badge} ${id}`);
    assert.equal(ask(badges[3] ?? 0, waits.timers), 'later');
    guest.call('pass', 10);
    assert.equal(text('takeSaid'), 'app4 is answered 0 1 0 0 0');
    assert.equal(number('runningTimers'), 1);
    for (const each of [1, 2, 3, 4]) guest.call('remove', each);
    assert.equal(number('runningTimers'), 0);
  });

  it('have timers that complete when they are due, whatever is started and cancelled meanwhile', () => {
    const step = fc.record({
      app: fc.nat(2),
      id: fc.nat(4),
      duration: fc.integer({ min: 1, max: 40 }),
      what: fc.constantFrom('oneshot', 'periodic', 'cancel', 'poll', 'poll'),
      pass: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        guest = start();
        const badges = [1, 2, 3].map((each) => number('add', each));
        const models = badges.map(() => new Map<number, { at: number; period: number }>());
        const completed = badges.map(() => 0);
        let now = 0;
        for (const { app, id, duration, what, pass } of steps) {
          const [badge = 0, timers = new Map()] = [badges[app], models[app]];
          if (what === 'poll') {
            const expected = completed[app] ?? 0;
            assert.equal(ask(badge, waits.poll), `0 ${expected} 0 0 0`);
            completed[app] = 0;
          } else if (what === 'cancel') {
            const isRunning = timers.delete(id);
            if (isRunning) completed[app] = (completed[app] ?? 0) & ~(1 << id);
            assert.equal(ask(badge, verbs.cancel, id), isRunning ? '0' : '15');
          } else {
            const isNew = !timers.has(id);
            assert.equal(ask(badge, verbs[what], id, duration), isNew ? '0' : '12');
            const period = what === 'periodic' ? duration : 0;
            if (isNew) timers.set(id, { at: now + duration, period });
          }
          guest.call('pass', pass);
          now += pass;
          for (const [index, model] of models.entries())
            for (const [each, timer] of model)
              while (timer.at <= now && model.has(each)) {
                completed[index] = (completed[index] ?? 0) | (1 << each);
                if (timer.period === 0) model.delete(each);
                else timer.at += timer.period;
              }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('lose what they wait for when they are gone', () => {
    const badge = number('add', 1);
    ask(badge, verbs.periodic, 0, 100);
    ask(badge, waits.timers);
    guest.call('remove', 1);
    assert.equal(number('runningTimers'), 0);
    guest.call('pass', 200);
    assert.equal(text('takeSaid'), '');
  });

  it('log under their names, in one line', () => {
    const badge = number('add', 1);
    assert.equal(text('log', badge, 3), '0');
    assert.equal(text('logSigns', badge), '0');
    assert.equal(text('takeSaid'), 'log [app1]::xxx; log [app1]::a  [2Jb');
  });

  it('log no more than a part of the console carries: a line waits for its window', () => {
    const [flood, other] = [number('add', 1), number('add', 2)];
    assert.equal(text('log', flood, 2000), '0');
    assert.equal(text('log', flood, 2000), '0');
    assert.equal(text('log', flood, 2000), 'later');
    assert.equal(text('log', other, 2000), '0');
    text('takeSaid');
    guest.call('complete', 0x8000_0000 | 0);
    assert.match(text('takeSaid'), /^app1 is answered 0; log \[app1\]::x+$/);
  });

  it('tell of their end and their faults, in order, until they are gone', () => {
    const [one, other] = [number('add', 1), number('add', 2)];
    assert.equal(ask(one, 89, 3), 'never');
    guest.call('fault', other);
    assert.equal(text('takeSaid'), 'event; event');
    assert.equal(text('next'), 'app1 0 3 0');
    guest.call('remove', 2);
    assert.equal(text('next'), 'none');
  });

  it('reach the devices that were granted to them, and no others', () => {
    const [one, other] = [number('add', 1), number('add', 2)];
    assert.equal(number('grant', 1), 0);
    assert.equal(number('grant', 7), 6);
    assert.equal(text('transfer', one, 0, 2), '0 2 0 0');
    assert.equal(text('transfer', one, 1, 2), '23');
    assert.equal(text('transfer', one, 2, 2), '22');
    assert.equal(text('transfer', one, 0, 257), '19');
    assert.equal(text('transfer', other, 0, 2), '22');
  });

  it('run a model at a time, and learn that there is nothing to run it on', () => {
    const badge = number('add', 1);
    guest.call('runModel', 11);
    assert.equal(ask(badge, waits.oneshotModel), '13');
    guest.call('runModel', 5);
    assert.equal(ask(badge, waits.oneshotModel), '14');
    guest.call('runModel', 0);
    assert.equal(ask(badge, waits.model), '0 0 0 0 0');
    assert.equal(ask(badge, waits.oneshotModel), '0 31 0 0 0');
    assert.equal(ask(badge, waits.output, 31), '18');
    assert.equal(ask(badge, waits.model), 'later');
    guest.call('finishJob', 7);
    assert.equal(text('takeSaid'), 'app1 is answered 0 0 0 0 128');
    assert.equal(ask(badge, waits.output, 31), '0 7 0 0 0 0');
    assert.equal(ask(badge, waits.periodicModel, 0, 100), '0 31 0 0 0');
    guest.call('remove', 1);
    assert.equal(text('takeSaid'), 'cancel foo');
  });

  it('learn what is wrong with a request for sound, and else that there is none', () => {
    const badge = number('add', 1);
    const usize = (value: number): number[] => [...word(value), 0, 0, 0, 0];
    const reset = (receive: number, send: number): string => raw(badge, 82, [1, 1, receive, send]);
    for (const level of [1, 4, 8, 16]) assert.equal(reset(level, level), noSupport);
    assert.equal(reset(30, 16), noSupport);
    for (const [receive, send] of [
      [0, 1],
      [2, 1],
      [1, 30],
      [1, 0],
      [31, 1],
    ] as const)
      assert.equal(reset(receive, send), badParameter);
    for (const [rate, expected] of [
      [16_000, noSupport],
      [4883, noSupport],
      [4882, badParameter],
      [1, badParameter],
      [0xffff_ffff, noSupport],
    ] as const) {
      assert.equal(raw(badge, 83, [...usize(rate), ...usize(64), 1]), expected, String(rate));
      assert.equal(raw(badge, 86, [...usize(rate), ...usize(64)]), expected, String(rate));
    }
    // Nothing is recorded or played, whatever was started.
    assert.equal(raw(badge, 84, [...usize(10), 0]), badState);
    assert.equal(raw(badge, 87, [4, 1, 2, 3, 4]), badState);
    for (const stop of [85, 88]) assert.equal(raw(badge, stop, []), noSupport);
  });

  it('set the input of a model that they have, within its bounds', () => {
    const badge = number('add', 1);
    const input = (id: number, offset: number, count: number): string =>
      raw(badge, 81, [...word(id), ...word(offset), count, ...Array<number>(count).fill(7)]);
    assert.equal(input(31, 0, 4), noModel);
    assert.equal(text('ask', badge, 74, 0, 0), '0 31 0 0 0');
    assert.equal(input(31, 0, 4), noModel);
    guest.call('finishJob', 1);
    assert.equal(input(30, 0, 4), noModel);
    assert.equal(input(31, 0, 4), noSupport);
    assert.equal(input(31, 4028, 4), noSupport);
    assert.equal(input(31, 4029, 4), badRange);
    assert.equal(input(31, 0xffff_ffff, 4), badRange);
    assert.equal(raw(badge, 80, [1, 0x6d]), noSupport);
  });

  it('are told of each request whose parameters are not whole', () => {
    const badge = number('add', 1);
    const whole: readonly (readonly [number, readonly number[]])[] = [
      [65, [1, 0x6d]],
      [66, [1, 0x6d]],
      [67, [1, 0x6d, 1, 7]],
      [68, [1, 0x6d]],
      [69, [...word(1), ...word(1)]],
      [70, [...word(1), ...word(1)]],
      [71, word(1)],
      [74, [1, 0x6d]],
      [75, [1, 0x6d, ...word(1)]],
      [76, word(31)],
      [79, word(31)],
      [80, [1, 0x6d]],
      [81, [...word(31), ...word(0), 1, 7]],
      [82, [1, 1, 1, 1]],
      [83, [...word(1), ...word(0), ...word(1), ...word(0), 1]],
      [84, [...word(1), ...word(0), 1]],
      [86, [...word(1), ...word(0), ...word(1), ...word(0)]],
      [87, [4, 1, 2, 3, 4]],
      [89, word(0)],
      [90, [1, 0x6d, 1, 7, ...word(1)]],
    ];
    for (const [verb, bytes] of whole)
      for (let length = 0; length < bytes.length; length += 1)
        assert.equal(
          raw(badge, verb, bytes.slice(0, length)),
          malformed,
          `${verb}, ${length} bytes`,
        );
    assert.equal(raw(badge, 87, [5, 1, 2, 3, 4, 5]), malformed);
    assert.equal(raw(badge, 82, [2, 1, 1, 1]), malformed);
    assert.equal(raw(badge, 66, [1, 0xff]), malformed);
    for (const [verb, bytes] of whole)
      if (verb !== 89) assert.notEqual(raw(badge, verb, bytes), malformed, String(verb));
  });

  it('may ask what there is not, and what is no request', () => {
    const badge = number('add', 1);
    assert.equal(ask(badge, 63), String(error.unknown));
    assert.equal(ask(badge, 91), String(error.unknown));
    assert.equal(ask(badge, 85), noSupport);
    fc.assert(
      fc.property(fc.nat(200), fc.nat(255), fc.nat(40), (verb, byte, length) => {
        assert.match(text('garbage', badge, verb, byte, length), /^(?:\d+( \d+)*|later|never)$/);
      }),
    );
  });

  it('are said to have faulted in the words of CantripOS', () => {
    assert.equal(
      text('lines', 6),
      'virtual-memory fault:|IP       0x00010074|Addr     0xfffffffc|Prefetch 0x3|FSR      0x7',
    );
    assert.equal(text('lines', 1), 'invalid capability|IP       0x00010074|Addr     0xfffffffc');
    assert.equal(text('lines', 2), 'unknown syscall|IP       0x00010074|Number   0x63');
    assert.equal(text('lines', 3), 'user exception|IP       0x00010074|Number   0x3');
    assert.equal(text('lines', 0), 'normal exit or termination');
    assert.equal(text('lines', 40), 'fault 40');
  });
});
